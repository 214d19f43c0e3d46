using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Reconciling;

namespace Muster.Triton.Import;

/// <summary>Gives the original's machines Muster's own tags, so that they are the group's as if it had launched them.</summary>
/// <param name="cloud">The account's cloud.</param>
/// <param name="installation">Who they will belong to.</param>
/// <param name="timeProvider">The clock of waits.</param>
/// <param name="random">Jitter.</param>
internal sealed class Adoption(GovernedCloud cloud, InstallationId installation, TimeProvider timeProvider, IRandomSource random)
{
    private const string NameTag = "tsg.name";
    private const string TemplateTag = "tsg.template";

    /// <summary>A call that fails so often in a row fails for good: with the waits between, that is about half a minute.</summary>
    private const int AttemptsMax = 6;

    /// <summary>How long tags may take to be shown: workers copy them, in seconds.</summary>
    private static readonly TimeSpan ShownWithin = TimeSpan.FromMinutes(1);

    private readonly IInstanceAdoption _adoption = cloud.Adoption
        ?? throw new TakeOverException("this kind of cloud cannot take over machines that others made: only triton can");

    /// <summary>
    /// The machines that the original made for a group, by creation; those that carry another group's tags are not among them.
    /// </summary>
    public async Task<ImmutableArray<Instance>> FindAsync(Group group, CancellationToken cancellationToken)
    {
        var tagged = await RepeatAsync(() => _adoption.FindTaggedAsync(NameTag, group.Name, cancellationToken), cancellationToken);
        return
        [
            .. tagged
                .Where(machine => machine.State is not InstanceState.Terminating)
                .Where(machine => !machine.Tags.ContainsKey(MusterTags.Installation) || machine.IsOwnedBy(installation, group.Id))
                .OrderBy(machine => machine.CreatedAt).ThenBy(machine => machine.Id),
        ];
    }

    /// <summary>Tags them, and returns once the cloud lists them as the group's.</summary>
    /// <exception cref="CloudException">A machine could not be tagged, or the cloud does not show the tags.</exception>
    public async Task TagAsync(Group group, ImmutableArray<Instance> machines, CancellationToken cancellationToken)
    {
        foreach (var machine in machines.Where(machine => !machine.IsOwnedBy(installation, group.Id)))
        {
            await RepeatAsync(
                async () =>
                {
                    await _adoption.TagAsync(machine.Id, Tags(group, machine), cancellationToken);
                    return true;
                },
                cancellationToken);
        }

        await WaitUntilShownAsync(group, [.. machines.Select(machine => machine.Id)], cancellationToken);
    }

    private ImmutableSortedDictionary<string, string> Tags(Group group, Instance machine)
    {
        var template = machine.Tags.TryGetValue(TemplateTag, out var text) && Guid.TryParse(text, out var id) ? new(id) : group.Template;
        return ImmutableSortedDictionary<string, string>.Empty
            .Add(MusterTags.Installation, installation.ToString())
            .Add(MusterTags.Account, group.Account.ToString())
            .Add(MusterTags.Group, group.Id.ToString())
            .Add(MusterTags.GroupName, group.Name)
            .Add(MusterTags.Template, template.ToString());
    }

    private async Task WaitUntilShownAsync(Group group, HashSet<InstanceId> machines, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var listed = await RepeatAsync(() => ListAsync(group, cancellationToken), cancellationToken);
            if (machines.IsSubsetOf(listed))
            {
                return;
            }

            if (timeProvider.GetElapsedTime(startedAt) > ShownWithin)
            {
                throw new CloudException(
                    CloudErrorKind.Unavailable,
                    $"the tags of group '{group.Name}' are not shown after {ShownWithin.TotalSeconds:0} s: run it again");
            }

            await Task.Delay(
                Backoff.Delay(attempt, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5)), timeProvider, cancellationToken);
        }
    }

    private async Task<HashSet<InstanceId>> ListAsync(Group group, CancellationToken cancellationToken)
    {
        var listed = new HashSet<InstanceId>();
        await foreach (var page in cloud.ListBoundedAsync(new(installation, group.Account, group.Id), timeProvider, cancellationToken))
        {
            listed.UnionWith(page.Instances.Select(instance => instance.Id));
        }

        return listed;
    }

    /// <summary>Looking and tagging do no harm when they are done again, whatever came of the first time.</summary>
    private async Task<T> RepeatAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (CloudException error) when (
                attempt < AttemptsMax
                && error.Kind is CloudErrorKind.Throttled or CloudErrorKind.Unavailable or CloudErrorKind.Ambiguous)
            {
                var wait = Backoff.Delay(attempt, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
                await Task.Delay(error.RetryAfter ?? Backoff.WithJitter(wait, random), timeProvider, cancellationToken);
            }
        }
    }
}
