using System.Diagnostics;

using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Building;

/// <summary>When <c>./build --if-changed</c> builds: the real script, with an SDK that only pretends.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public BuildScriptTests()
    {
        foreach (var script in new[] { "build", "bench", "eng/sources", "eng/packages.sh", "eng/terraform-mirror" })
        {
            Write(script, File.ReadAllText(Path.Combine(RepositoryRoot.Path, script)));
        }

        Write("Directory.Packages.props", """<PackageVersion Include="SQLitePCLRaw.lib.e_sqlite3" Version="3.5.7" />""" + "\n");
        foreach (var file in new[] { "src/Program.cs", "eng/notices/one", "deploy/image/one", "global.json", "LICENSE" })
        {
            Write(file, "1\n");
        }

        // Says its version, and publishes a program that says which SQLite it has.
        Write("bin/dotnet", """
            #!/bin/sh
            case $1 in --version) cat sdk; exit ;; publish) ;; *) exit ;; esac
            mkdir out.new
            printf '#!/bin/sh\necho sqlite 3.5.7 pretended\n' >out.new/muster
            chmod +x out.new/muster
            echo "$*" >>builds
            """);
        Write("sdk", "10.0.1\n");
        foreach (var tool in new[] { "clang", "apt-get", "sudo" })
        {
            Write($"bin/{tool}", "#!/bin/sh\nexit 1\n");
        }

        Write("bin/go", "#!/bin/sh\n");
        Write("bin/zip", "#!/bin/sh\n: >\"$3\"\n");
        Write("benchmarks/tsg-original/main.go", "");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_up_to_date_is_left_alone()
    {
        Assert.Equal(1, await BuildsAfterAsync("--if-changed"));

        Assert.Equal(1, await BuildsAfterAsync("--if-changed"));
        Assert.Equal(2, await BuildsAfterAsync());
        Assert.Equal(2, await BuildsAfterAsync("--if-changed"));
    }

    [Theory]
    [InlineData("src/Program.cs")]
    [InlineData("eng/notices/one")]
    [InlineData("global.json")]
    [InlineData("sdk")]
    public async Task What_another_file_or_SDK_would_make_is_built(string file)
    {
        await BuildsAfterAsync("--if-changed");
        Write(file, "2\n");

        Assert.Equal(2, await BuildsAfterAsync("--if-changed"));
    }

    [Fact]
    public async Task What_other_arguments_would_make_is_built()
    {
        await BuildsAfterAsync("--if-changed");

        Assert.Equal(2, await BuildsAfterAsync("--if-changed", "-p:DebugType=full"));
        Assert.Equal(2, await BuildsAfterAsync("--if-changed", "-p:DebugType=full"));
        Assert.Equal(3, await BuildsAfterAsync("--if-changed"));
    }

    [Fact]
    public async Task What_was_made_for_another_machine_is_built()
    {
        await BuildsAfterAsync("--if-changed");
        Write("bin/uname", "#!/bin/sh\n[ \"$1\" = -m ] && echo arm64 || echo Darwin\n");

        Assert.Equal(2, await BuildsAfterAsync("--if-changed"));
    }

    [Fact]
    public async Task What_cannot_be_run_is_built()
    {
        await BuildsAfterAsync("--if-changed");
        File.SetUnixFileMode(Path.Combine(_directory.Path, "out", "muster"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Equal(2, await BuildsAfterAsync("--if-changed"));
    }

    [Theory]
    [InlineData("bench", "planner")]
    [InlineData("eng/terraform-mirror", "mirror")]
    public async Task Scripts_that_take_the_executable_take_none_of_other_sources(string script, string argument)
    {
        await BuildsAfterAsync();
        Write("src/Program.cs", "2\n");

        Assert.Equal(2, await BuildsAfterRunAsync(script, argument));
        Assert.Equal(2, await BuildsAfterRunAsync(script, argument));
    }

    private Task<int> BuildsAfterAsync(params string[] arguments) => BuildsAfterRunAsync("build", arguments);

    /// <summary>Runs a script, and counts the builds up to now.</summary>
    private async Task<int> BuildsAfterRunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", [script, .. arguments])
        {
            WorkingDirectory = _directory.Path, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{Path.Combine(_directory.Path, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, said);
        return (await File.ReadAllLinesAsync(Path.Combine(_directory.Path, "builds"), TestContext.Current.CancellationToken)).Length;
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_directory.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
