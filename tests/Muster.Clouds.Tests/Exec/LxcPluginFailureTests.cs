using System.Collections.Immutable;

using Muster.Clouds.Exec;
using Muster.Clouds.Exec.Plugin;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Exec;

/// <summary>The example over <c>lxc</c> when that fails; a few lines of shell stand in for the command.</summary>
public sealed class LxcPluginFailureTests : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-lxc-");
    private readonly ExecCloud _cloud;

    public LxcPluginFailureTests()
    {
        Script("exit 0");
        _cloud = Opened.Now(() => ExecCloud.OpenAsync(
            new ExecCloudOptions
            {
                Command = [RepositoryRoot.File("examples/clouds/lxc")],
                Cloud = "lxc",
                Directory = _directory.FullName,
                SearchPath = $"{_directory.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
                Environment = ImmutableSortedDictionary<string, string>.Empty,
            },
            TimeProvider.System,
            _ => { }, CancellationToken.None));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_listing_that_fails_is_no_empty_one()
    {
        Script("echo 'Error: Get \"http://unix.socket/1.0\": EOF' >&2; exit 1");

        var error = await Assert.ThrowsAsync<CloudException>(() => ListAsync());

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("unix.socket", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_listing_is_one()
    {
        Script("echo '[]'");

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task An_instance_whose_protection_cannot_be_looked_at_is_not_touched()
    {
        Script("case $1 in list) exit 1;; esac");

        var error = await Assert.ThrowsAsync<CloudException>(() => _cloud.TerminateAsync(new InstanceId("muster-1"), Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.DoesNotContain("delete", Calls(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_whose_tags_cannot_be_read_hides_no_other_and_is_not_touched()
    {
        var ours = $$"""{\"name\": \"a\", \"tags\": {\"muster.installation\": \"{{Requests.Installation}}\"} }""";
        const string Times = """ "created_at": "2026-01-01T00:00:00Z", "last_used_at": "2026-01-01T00:00:00Z" """;
        Script($$"""
            case $1 in list) cat <<'END'
            [{"name": "muster-1", "status": "Running", {{Times}}, "config": {"user.muster": "{"} },
             {"name": "muster-2", "status": "Running", {{Times}}, "config": {"user.muster": "{{ours}}"} }]
            END
            esac
            """);

        Assert.Equal("muster-2", Assert.Single(await ListAsync()).Id.Value);
        File.Delete(Path.Combine(_directory.FullName, "calls"));
        Script("case $1 in list) echo '[{\"name\": \"muster-1\", \"config\": {\"user.muster\": \"{\"}}]';; esac");
        await _cloud.TerminateAsync(new InstanceId("muster-1"), Cancellation);
        Assert.DoesNotContain("delete", Calls(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_launch_that_cannot_look_makes_nothing()
    {
        Script("case $1 in list) exit 1;; esac");

        var error = await Assert.ThrowsAsync<CloudException>(() => _cloud.LaunchAsync(Requests.Make("image"), Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.DoesNotContain("init", Calls(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_launch_that_cannot_look_at_what_it_made_says_that_it_may_be_there()
    {
        Script("case $1 in list) [ ! -e started ] || exit 1; echo '[]';; start) : >started;; esac");

        var error = await Assert.ThrowsAsync<CloudException>(() => _cloud.LaunchAsync(Requests.Make("image"), Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Contains("was started", error.Message, StringComparison.Ordinal);
    }

    private async Task<ImmutableArray<Instance>> ListAsync()
    {
        var instances = ImmutableArray.CreateBuilder<Instance>();
        await foreach (var page in _cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            instances.AddRange(page.Instances);
        }

        return instances.ToImmutable();
    }

    private string Calls() => File.ReadAllText(Path.Combine(_directory.FullName, "calls"));

    private void Script(string body)
    {
        var path = Path.Combine(_directory.FullName, "lxc");
        File.WriteAllText(path, $"#!/bin/sh\necho \"$1\" >>calls\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
