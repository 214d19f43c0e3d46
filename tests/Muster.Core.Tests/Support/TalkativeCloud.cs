using System.Collections.Immutable;
using System.Runtime.CompilerServices;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Core.Tests.Support;

/// <summary>A cloud whose every operation takes several requests, as those of a daemon do.</summary>
/// <param name="looks">Requests of each operation that only look.</param>
/// <param name="changes">Requests of each launch and each end that change something.</param>
internal sealed class TalkativeCloud(int looks, int changes) : ICloud, IStoppingCloud
{
    private readonly SemaphoreSlim _looked = new(0);

    public CloudTraits Traits { get; init; } = EngineBed.Traits with { Stops = true };

    /// <summary>What one more look at the end of a launch is refused with; null for no such look.</summary>
    public CloudException? LastLook { get; init; }

    /// <summary>Whether a launch ends well all the same; else it is ambiguous.</summary>
    public bool Survives { get; init; }

    /// <summary>Looks so far.</summary>
    public int Looked { get; private set; }

    /// <summary>Waits for one look.</summary>
    public Task NextLookAsync() => _looked.WaitAsync(TestContext.Current.CancellationToken);

    public async IAsyncEnumerable<InstancePage> ListAsync(
        InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        yield return new([], IsLast: true);
    }

    public bool CanSuspend => true;

    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await ChangeAsync(cancellationToken);
    }

    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await ChangeAsync(cancellationToken);
    }

    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await ChangeAsync(cancellationToken);
        if (LastLook is { } refusal)
        {
            if (!Survives)
            {
                throw new CloudException(CloudErrorKind.Ambiguous, "made, perhaps", innerException: refusal);
            }

            CallPace.Survived(refusal);
        }

        return new() { Id = new("1"), Name = request.Name, State = InstanceState.Running, CreatedAt = Some.Now, Tags = request.Tags };
    }

    public async Task TerminateAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await ChangeAsync(cancellationToken);
    }

    public async Task<TemplateCheck> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        return new([]);
    }

    public async IAsyncEnumerable<CloudChange> WatchAsync(
        InstallationId installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        yield return new(Group: null, new InstanceId("1"));
    }

    public ValueTask DisposeAsync()
    {
        _looked.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        for (var look = 0; look < looks; look++)
        {
            await CallPace.BeforeReadAsync(cancellationToken);
            Looked++;
            _looked.Release();
        }
    }

    private async Task ChangeAsync(CancellationToken cancellationToken)
    {
        for (var change = 0; change < changes; change++)
        {
            await CallPace.BeforeWriteAsync(cancellationToken);
        }
    }
}
