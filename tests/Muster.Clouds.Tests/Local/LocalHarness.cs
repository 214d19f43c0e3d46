using System.Collections.Immutable;

using Muster.Clouds.Local;
using Muster.Conformance.Clouds;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Local;

/// <summary>A local cloud in a directory of its own, that leaves no process behind.</summary>
internal sealed class LocalHarness : CloudHarness
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-local-");
    private readonly Action<LocalCloudOptions> _configure;
    private LocalCloud _cloud;

    public LocalHarness(Action<LocalCloudOptions>? configure = null, TimeProvider? time = null)
    {
        _configure = configure ?? (_ => { });
        Time = time ?? TimeProvider.System;
        _cloud = Open();
    }

    public override ICloud Cloud => _cloud;

    public override IRandomSource Random { get; } = new SystemRandomSource();

    public TimeProvider Time { get; }

    public string Root => _directory.FullName;

    public InstallationId Installation { get; } = new(new Guid("11111111-1111-4111-8111-111111111111"));

    public GroupId Group { get; } = new(new Guid("22222222-2222-4222-8222-222222222222"));

    public override Template GoodTemplate() => Template("sleep 1000");

    public override Template BadImageTemplate() => Template("/nowhere/at-all --flag");

    public Template Template(string image) => new()
    {
        Id = new TemplateId(Random.NextId()),
        Account = new AccountId(Random.NextId()),
        Name = "test",
        Cloud = "local",
        Image = image,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    public LaunchRequest Request(string image) => Request(Template(image));

    public LaunchRequest Request(Template template, LaunchId? id = null)
    {
        var launch = id ?? new LaunchId(Random.NextId());
        return new LaunchRequest
        {
            Launch = launch,
            Name = $"test-{launch}",
            Template = template,
            Tags = new Dictionary<string, string>
            {
                [MusterTags.Installation] = Installation.ToString(),
                [MusterTags.Account] = template.Account.ToString(),
                [MusterTags.Group] = Group.ToString(),
                [MusterTags.GroupName] = "web",
                [MusterTags.Template] = template.Id.ToString(),
                [MusterTags.Launch] = launch.ToString(),
            }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    public Task<Instance> LaunchAsync(string image) => Cloud.LaunchAsync(Request(image), TestContext.Current.CancellationToken);

    public async Task<Instance[]> ListAsync()
    {
        var listed = new List<Instance>();
        await foreach (var page in Cloud.ListAsync(new InstanceFilter(Installation), TestContext.Current.CancellationToken))
        {
            listed.AddRange(page.Instances);
        }
        return [.. listed];
    }

    public async Task<Instance?> FindAsync(InstanceId id) => (await ListAsync()).SingleOrDefault(instance => instance.Id == id);

    public async Task<Instance> WaitForAsync(InstanceId id, InstanceState state)
    {
        Instance? found = null;
        await Wait.UntilAsync($"{id} is {state}", async () => (found = await FindAsync(id))?.State == state);
        return found!;
    }

    public Task WaitForGoneAsync(InstanceId id) => Wait.UntilAsync($"{id} is gone", async () => await FindAsync(id) is null);

    /// <summary>Another Muster process on the same directory, as far as the files are concerned.</summary>
    public LocalCloud Open()
    {
        var options = new LocalCloudOptions { Directory = Root, StopGrace = TimeSpan.FromSeconds(2) };
        _configure(options);
        return LocalCloud.Open(options, Time, new SystemRandomSource());
    }

    /// <summary>What a restart of the server does.</summary>
    public async Task ReopenAsync()
    {
        await _cloud.DisposeAsync();
        _cloud = Open();
    }

    public override Task KillAsync(Instance instance, CancellationToken cancellationToken)
    {
        Processes.Signal(Processes.Pid(instance), "KILL");
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        Processes.KillAllUnder(Root);
        _directory.Delete(recursive: true);
    }
}
