using System.Collections.Immutable;

using Muster.Clouds.Exec;
using Muster.Clouds.Kit;
using Muster.Core;

namespace Muster.Clouds.Tests.Exec;

public sealed class ExecKindTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("muster-exec-kind-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Every_option_is_read()
    {
        var secrets = Secrets("# a comment\n\nTOKEN=a=b c\n", UnixFileMode.UserRead);

        var options = ExecKind.Read(Setup(
            ("command", "/bin/sh -c 'exit 0'"), ("directory", "/elsewhere"), ("path", "/bin"), ("environment_file", secrets),
            ("timeout", "3s"), ("concurrency", "2"), ("output_max_mib", "5")));

        Assert.Equal(["/bin/sh", "-c", "exit 0"], options.Command);
        Assert.Equal(
            ("/elsewhere", "/bin", TimeSpan.FromSeconds(3), 2, 5, "here"),
            (options.Directory, options.SearchPath, options.Timeout, options.ConcurrencyMax, options.OutputMaxMib, options.Cloud));
        Assert.Equal("a=b c", options.Environment["TOKEN"]);
    }

    [Fact]
    public void Every_wrong_option_is_named_with_what_is_allowed()
    {
        var secrets = Secrets("TOKEN=x\n", UnixFileMode.UserRead | UnixFileMode.OtherRead);

        var error = Assert.Throws<InputException>(() => ExecKind.Read(Setup(
            ("command", "./relative"), ("environment", "A=b"), ("environment_file", secrets), ("timeout", "0s"), ("concurrency", "0"),
            ("zone", "a"))));

        Assert.Equal(
            [
                "clouds.here.zone is 'a': no such option; allowed are command, directory, path, environment, environment_file, timeout, "
                    + "concurrency, output_max_mib",
                "clouds.here.environment is 'A=b': names of environment variables with blanks between; "
                + "'A=b' is none, values go into environment_file",
                $"clouds.here.environment_file is '{secrets}': a file that only its owner may read: chmod 600 it",
                "clouds.here.timeout is '0s': 1s to 60m",
                "clouds.here.concurrency is '0': 1 to 256",
                "clouds.here.command is './relative': './relative' is relative: give an absolute path or a name on PATH",
            ],
            error.Errors.Select(wrong => wrong.ToString()));
    }

    [Fact]
    public void A_file_of_secrets_without_a_name_is_refused()
    {
        var error = Assert.Throws<InputException>(
            () => ExecKind.Read(Setup(("command", "/bin/sh"), ("environment_file", ""), ("path", ""))));

        Assert.Equal("clouds.here.environment_file is '': a path", error.Message);
    }

    [Fact]
    public void A_line_that_is_no_variable_is_refused_by_number_and_not_shown()
    {
        var secrets = Secrets("GOOD=1\nsesame-open\n", UnixFileMode.UserRead);

        var error = Assert.Throws<FormatException>(() => EnvironmentFile.Read(secrets, CloudFiles.OnDisk));

        Assert.Equal("NAME=value on every line; line 2 is something else", error.Message);
    }

    [Fact]
    public void A_command_is_required()
    {
        var error = Assert.Throws<InputException>(() => ExecKind.Read(Setup()));

        Assert.Equal("clouds.here.command is missing: the executable that is this cloud, and its arguments", error.Message);
    }

    private string Secrets(string text, UnixFileMode mode)
    {
        var path = Path.Combine(_directory, "secrets");
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    private CloudSetup Setup(params (string Name, string Value)[] options) => new()
    {
        Name = "here",
        DataDirectory = _directory,
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };
}
