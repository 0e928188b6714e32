import pytest

from recc_mc.errors import InputError
from recc_mc.study.files import parse_toml, read_text


def problem(call, *arguments):
    with pytest.raises(InputError) as caught:
        call(*arguments)
    (found,) = caught.value.problems
    return found


def test_a_byte_order_mark_is_dropped(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbftitle = 'x'")
    assert read_text(path, "a.toml") == "title = 'x'"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (None, "no such file"),
    ],
)
def test_files_that_hold_nothing(tmp_path, content, sentence):
    path = tmp_path / "a.toml"
    if content is not None:
        path.write_bytes(content)
    assert problem(read_text, path, "a.toml") == f"a.toml: {sentence}"


def test_a_directory(tmp_path):
    assert problem(read_text, tmp_path, "x") == "x: is a directory, expected a file"


def test_a_name_no_file_can_have(tmp_path):
    assert problem(read_text, tmp_path / ("a" * 300), "x").startswith("x: cannot be read: ")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("one\ntwo é".encode("latin-1"), "x:2: byte 0xe9"),
        ("one".encode("utf-16"), "x:1: byte 0xff"),
    ],
)
def test_other_encodings_name_the_line(tmp_path, content, place):
    path = tmp_path / "x"
    path.write_bytes(content)
    assert problem(read_text, path, "x") == f"{place}: is not UTF-8, save the file as UTF-8"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = 1\nb 2\n", "x:2: not valid TOML: Expected '=' after a key in a key/value pair"),
        ("a = 1\na = 2\n", "x:2: not valid TOML: Cannot overwrite a value"),
        ("a = [1,\n2,\n", "x:2: not valid TOML: "),
        (f"a = {'9' * 5000}", "x: not valid TOML: "),
        (f"a = {'[' * 5000}", "x: not valid TOML: "),
    ],
)
def test_toml_errors_name_the_line(text, sentence):
    assert problem(parse_toml, text, "x").startswith(sentence)
