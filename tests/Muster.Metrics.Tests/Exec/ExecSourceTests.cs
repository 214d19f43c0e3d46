using System.Globalization;

using Muster.Conformance.Metrics;
using Muster.Core.Metrics;
using Muster.Metrics.Tests.Support;

namespace Muster.Metrics.Tests.Exec;

public sealed class ExecConformanceTests : MetricSourceConformance
{
    protected override Task<MetricSourceHarness> OpenAsync() => Task.FromResult<MetricSourceHarness>(new ExecHarness());

    private sealed class ExecHarness : MetricSourceHarness
    {
        private readonly Folder _folder = new();

        public ExecHarness() => Source = Open(
            """
            read -r question
            case "$question" in
                *'"group":"web"'*) echo 12 ;;
                *'"group":"jobs"'*) echo 3.5 ;;
                *) echo "no such group" >&2; exit 3 ;;
            esac
            """);

        public override IMetricSource Source { get; }

        public override IReadOnlyDictionary<MetricScope, double> Groups { get; } =
            new Dictionary<MetricScope, double> { [Some.Group("web")] = 12, [Some.Group("jobs")] = 3.5 };

        public override MetricScope Stranger { get; } = Some.Group("stranger");

        public override Task<IMetricSource?> OpenAsync(Misbehaviour misbehaviour) => Task.FromResult(misbehaviour switch
        {
            Misbehaviour.Silent => Open("sleep 1000 & wait"),
            Misbehaviour.Garbage => Open("printf '\\033[2J\\001 what\\n'"),
            Misbehaviour.Endless => Open("while :; do echo web-1 12; done"),
            Misbehaviour.Echoing => Open("cat >&2; exit 1"),
            Misbehaviour.Refusing => Open("exit 77"),
            _ => null,
        });

        public override async ValueTask DisposeAsync()
        {
            await Source.DisposeAsync();
            _folder.Dispose();
        }

        private IMetricSource Open(string script) =>
            Some.Open("exec", ("command", _folder.Program($"program-{Some.Id()}", script)));
    }
}

public sealed class ExecSourceTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("echo 91", "91@")]
    [InlineData("echo ' -1.5e2 '", "-150@")]
    [InlineData("printf 'web-1 10\\nweb-2\\t20\\n\\n'", "10@web-1 20@web-2")]
    [InlineData("echo '{\"web-1\":10,\"web-2\":\"20\"}'", "10@web-1 20@web-2")]
    public async Task A_number_or_one_for_each_instance_is_read(string script, string expected)
    {
        await using var source = Open(script);

        Assert.Equal(expected, string.Join(' ', (await Some.SamplesAsync(source)).Select(
            sample => string.Create(CultureInfo.InvariantCulture, $"{sample.Value}@{sample.Instance}"))));
    }

    [Theory]
    [InlineData("true", "the program prints nothing")]
    [InlineData("echo many", "line 1 of what the program prints is 'many'")]
    [InlineData("printf 'a 1\\nb\\n'", "line 2 of what the program prints is 'b'")]
    [InlineData("echo '[1]'", "the program prints a list")]
    [InlineData("echo '{\"a\":[]}'", "the program prints a list for a")]
    [InlineData("echo '{'", "the program prints '{'")]
    [InlineData("echo it rains >&2; exit 4", "program ended with 4: it rains")]
    public async Task What_is_no_number_is_told(string script, string why)
    {
        await using var source = Open(script);

        Assert.StartsWith(why, await Some.FailureAsync(source), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Four_hundred_digits_are_infinite()
    {
        await using var source = Open("printf '%0400d' 9 | tr 0 9");

        Assert.Equal(double.PositiveInfinity, Assert.Single(await Some.SamplesAsync(source)).Value);
    }

    [Fact]
    public async Task The_program_gets_the_group_as_JSON_and_none_of_the_server_s_environment()
    {
        await using var source = Open("cat > question; env > environment; echo 1", ("directory", _folder.Path));
        var group = Some.Group("we\"b");

        await Some.SamplesAsync(source, group);

        Assert.Equal(
            $$"""{"metric":"load","group":"we\u0022b","group_id":"{{group.Group}}","account":"{{group.Account}}"}""",
            File.ReadAllText(Path.Combine(_folder.Path, "question")).Trim());
        Assert.All(
            File.ReadAllLines(Path.Combine(_folder.Path, "environment")),
            line => Assert.Contains(line.Split('=')[0], (string[])["PATH", "LANG", "PWD", "_", "SHLVL", "OLDPWD"]));
    }

    [Fact]
    public async Task Words_stay_words_and_no_shell_sees_them()
    {
        var program = _folder.Program("count", "echo $#");
        await using var source = Some.Open("exec", ("command", $"{program} 'a b' \"; exit 9\" c"));

        Assert.Equal(3, Assert.Single(await Some.SamplesAsync(source)).Value);
    }

    [Fact]
    public async Task A_program_that_is_given_up_is_gone_with_its_children()
    {
        await using var source = Open("sleep 1000 & echo $! > child; echo up > up; wait", ("directory", _folder.Path));
        using var giveUp = new CancellationTokenSource();
        var reading = source.ReadAsync([Some.Group("web")], giveUp.Token);
        await Patiently.UntilAsync(() => File.Exists(Path.Combine(_folder.Path, "up")), "the program runs");

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        var child = File.ReadAllText(Path.Combine(_folder.Path, "child")).Trim();
        await Patiently.UntilAsync(
            () => !File.Exists($"/proc/{child}/stat") || File.ReadAllText($"/proc/{child}/stat").Contains(") Z", StringComparison.Ordinal),
            "the child is gone");
    }

    [Fact]
    public void Every_wrong_option_is_told_at_once() => Assert.Equal(
        """
        metrics.load.command is 'no-such-program': an executable file, absolute or in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        metrics.load.concurrency is '65': 1 to 64
        metrics.load.directory is 'here': an absolute path of a directory that is there
        """,
        Some.Refusals("exec", ("command", "no-such-program --now"), ("concurrency", "65"), ("directory", "here")),
        ignoreLineEndingDifferences: true);

    private IMetricSource Open(string script, params (string Name, string Value)[] more) =>
        Some.Open("exec", [("command", _folder.Program("program", script)), .. more]);
}
