"""What a source file uses that only POSIX has, outside a guard: found in its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator

MODULES = {
    "fcntl", "grp", "nis", "posix", "pty", "pwd", "readline", "resource", "spwd", "syslog",
    "termios", "tty",
}  # fmt: skip
ATTRIBUTES = {
    "os": {
        "chown", "chroot", "ctermid", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid",
        "getgid", "getgroups", "getloadavg", "getpgid", "getpgrp", "getsid", "getuid", "killpg",
        "lchown", "link", "mkfifo", "mknod", "nice", "openpty", "pread", "pwrite", "readv",
        "sched_getaffinity", "setsid", "setuid", "statvfs", "symlink", "sync", "sysconf",
        "tcgetpgrp", "uname", "wait3", "wait4", "O_ACCMODE", "O_DIRECTORY", "O_NOFOLLOW",
        "O_SYNC", "ST_RDONLY",
    },
    "signal": {"SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2", "alarm"},
    "socket": {"AF_UNIX"},
    "select": {"poll", "epoll", "kqueue"},
    "time": {"tzset"},
    "tempfile": {"NamedTemporaryFile"},
}  # fmt: skip
METHODS = {"add_signal_handler", "hardlink_to", "symlink_to", "mkfifo"}
ARGUMENTS = {"preexec_fn", "start_new_session", "pass_fds", "user", "group"}
PLACES = ("/dev/", "/etc/", "/proc/", "/tmp", "/usr/", "/var/", "/bin/")
_GUARDS = ("hasattr", "os.name", "sys.platform", "os.sep", "moves_open", "fcntl")


def posix_alone(source: str) -> list[str]:
    """Each use outside a guard, with its line.

    A guard is a test of the system, or of whether it has the name, around or before a use in its
    function; or a `try` that bears what a missing module, place or right raises.
    """
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return [
        f"line {getattr(node, 'lineno', 0)}: {told}"
        for node in ast.walk(tree)
        for told in _uses(node)
        if not _is_guarded(node, parents)
    ]


def _uses(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module]
        yield from (f"import {name}" for name in names if name in MODULES)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.attr in ATTRIBUTES.get(node.value.id, ()):
            yield f"{node.value.id}.{node.attr}"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value.startswith(PLACES):
            yield repr(node.value)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)


def _of_call(node: ast.Call) -> Iterator[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    given = {one.arg for one in node.keywords}
    if name in METHODS:
        yield f".{name}()"
    if name in ("run", "Popen", "call", "check_output"):
        yield from (f"{name}({one}=)" for one in sorted(ARGUMENTS & given))
    if name == "write_text" and "newline" not in given:
        yield "write_text() without newline: Windows writes others"
    if name == "write_text" and "encoding" not in given:
        yield "write_text() without encoding"
    if name == "read_text" and not given and not node.args and isinstance(node.func, ast.Attribute):
        yield "read_text() without encoding"
    if name in ("open", "fdopen"):
        modes = [
            one.value
            for one in (*node.args, *(one.value for one in node.keywords if one.arg == "mode"))
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        writes = [mode for mode in modes if set(mode) <= set("rwxabt+") and set(mode) & set("wxa")]
        of_archive = "force_zip64" in given
        if writes and "b" not in writes[0] and "newline" not in given and not of_archive:
            yield f"{name}(…, {writes[0]!r}) without newline: Windows writes others"


def _is_guarded(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    child, parent = node, parents.get(node)
    while parent is not None:
        if isinstance(parent, ast.If | ast.IfExp | ast.BoolOp) and _tests_system(parent):
            return True
        if isinstance(parent, ast.Try) and child in parent.body and _bears(parent):
            return True
        if isinstance(parent, ast.With) and "suppress(" in ast.unparse(parent.items[0]):
            return True
        if isinstance(parent, ast.FunctionDef) and child in parent.body:
            before = parent.body[: parent.body.index(child)]
            if any(isinstance(one, ast.If) and _tests_system(one) for one in before):
                return True
        child, parent = parent, parents.get(parent)
    return False


def _tests_system(node: ast.If | ast.IfExp | ast.BoolOp) -> bool:
    told = ast.unparse(node if isinstance(node, ast.BoolOp) else node.test)
    return any(guard in told for guard in _GUARDS)


def _bears(node: ast.Try) -> bool:
    caught = " ".join(ast.unparse(one.type) for one in node.handlers if one.type is not None)
    return any(name in caught for name in ("ImportError", "OSError", "Exception"))
