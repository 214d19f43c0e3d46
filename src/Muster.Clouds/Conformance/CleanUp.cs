using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>Ends what a trial made, however the trial ended: somebody pays for what stays. It is not stopped by anything.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="listingLagMax">How far its listings may lag behind.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class CleanUp(ICloud cloud, TimeSpan listingLagMax, TimeProvider timeProvider)
{
    /// <summary>Ends all of an installation, and waits for what is not listed yet.</summary>
    /// <param name="installation">Whose.</param>
    /// <param name="asked">The launches that were asked for and may have happened.</param>
    /// <returns>What went wrong with that; null when all is gone.</returns>
    public async Task<string?> TerminateAllAsync(InstallationId installation, IEnumerable<LaunchId> asked)
    {
        var (listed, error) = await TerminateListedAsync(installation);
        if (listingLagMax > TimeSpan.Zero && !listed.IsSupersetOf(asked.Select(launch => launch.ToString())))
        {
            await Task.Delay(listingLagMax, timeProvider, CancellationToken.None);
            (_, error) = await TerminateListedAsync(installation);
        }

        return error is null ? null : $"cleaning up installation {installation} failed ({error.Kind}): {error.Message}";
    }

    private async Task<(HashSet<string> Launches, CloudException? Error)> TerminateListedAsync(InstallationId installation)
    {
        CloudException? first = null;
        async Task TellAsync(Func<Task> call)
        {
            try
            {
                await call();
            }
            catch (CloudException error)
            {
                // The others are ended all the same.
                first ??= error;
            }
        }

        var listed = new List<Instance>();
        await TellAsync(async () =>
        {
            await foreach (var page in cloud.ListAsync(new InstanceFilter(installation), CancellationToken.None))
            {
                listed.AddRange(page.Instances);
            }
        });
        foreach (var instance in listed)
        {
            await TellAsync(() => cloud.TerminateAsync(instance.Id, CancellationToken.None));
        }

        return ([.. listed.Select(instance => instance.Tags.GetValueOrDefault(MusterTags.Launch, ""))], first);
    }
}
