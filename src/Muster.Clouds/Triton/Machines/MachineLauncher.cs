using System.Net;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Triton.Api;
using Muster.Clouds.Triton.Templates;
using Muster.Clouds.Triton.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Triton.Machines;

/// <summary>Makes machines, one a launch id. CloudAPI has no tokens, so the machine's name, which ends in the launch id, is one.</summary>
/// <remarks>
/// A first launch is one call, also where its id is computed by several who may ask at once: a name that lives is refused to the second.
/// Only a launch that was asked for before is looked for first; and since CloudAPI checks names before it takes them, and not in one step,
/// looked for again afterwards: of two, the older one stays.
/// </remarks>
internal sealed class MachineLauncher(CloudApi api, MachineListing listing)
{
    private readonly LaunchMemory _memory = new();

    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        LaunchPreamble.Begin(request, template => TemplateText.Read(template, request.Name), cancellationToken);
        using var turn = await _memory.EnterAsync(request.Launch, cancellationToken);
        var mayExist = turn.WasAskedBefore || request.IsRepeat;
        if (mayExist && await FindAsync(request, cancellationToken) is { } found)
        {
            return MachineReader.Read(found);
        }

        var answer = await api.SendAsync(
            HttpMethod.Post, $"launch {request.Name}", "/machines", MachineBody.Write(request), cancellationToken);
        if (answer.IsGood)
        {
            var made = answer.Read(TritonJson.Default.Machine);
            return MachineReader.Read(mayExist ? await OldestAsync(request, made, cancellationToken) : made);
        }

        if (!CloudApiErrors.IsDuplicateName(answer))
        {
            throw CloudApiErrors.Translate(answer);
        }

        // Something of that name lives, most likely this launch, made by somebody else: a look that fails must not say that there is none.
        // One that shows a foreign machine of that name says that this launch made none.
        var named = await CallDoubt.AfterLaunchAsync(() => listing.FindAsync(request.Name, cancellationToken));
        return Find(named, request) is { } existing
            ? MachineReader.Read(existing)
            : throw new CloudException(
                CloudErrorKind.Ambiguous, $"launch {request.Name}: its name is taken already, and the listing does not show by what");
    }

    private async Task<Machine?> FindAsync(LaunchRequest request, CancellationToken cancellationToken) =>
        Find(await listing.FindAsync(request.Name, cancellationToken), request);

    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: the name is a foreign machine's.</exception>
    private static Machine? Find(IReadOnlyCollection<Machine> named, LaunchRequest request)
    {
        var ours = named.Where(machine => IsOf(machine, request)).ToArray();
        if (ours.Length == 0 && named.FirstOrDefault(machine => !MachineReader.IsGone(machine) && machine.State != "failed") is { } foreign)
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"launch {request.Name}: machine {foreign.Id} has that name and not the tag {MusterTags.Launch}={request.Launch}: "
                + "rename or delete it, or give it its tags back");
        }

        return Oldest(ours);
    }

    /// <summary>Ends all machines of a launch but one, if two calls at the same moment have made several.</summary>
    private async Task<Machine> OldestAsync(LaunchRequest request, Machine made, CancellationToken cancellationToken)
    {
        var oldest = made;
        try
        {
            var named = await listing.FindAsync(request.Name, cancellationToken);
            var alive = named.Append(made).DistinctBy(machine => machine.Id)
                .Where(machine => IsOf(machine, request) && MachineReader.Read(machine).IsLive).ToArray();
            oldest = Oldest(alive) ?? made;
            foreach (var surplus in alive.Where(machine => machine.Id != oldest.Id))
            {
                await EndAsync(surplus, request.Name, cancellationToken);
            }
        }
        catch (CloudException error)
        {
            // The machine that stays is made and known; a second one is owned too, so a level check finds it surplus.
            CallPace.Survived(error);
        }

        return oldest;
    }

    private async Task EndAsync(Machine surplus, string name, CancellationToken cancellationToken)
    {
        var answer = await api.SendAsync(
            HttpMethod.Delete,
            $"terminate {surplus.Id}, the second machine named {name}",
            $"/machines/{surplus.Id}",
            body: null,
            cancellationToken);
        if (!answer.IsGood && answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Gone))
        {
            throw CloudApiErrors.Translate(answer);
        }
    }

    /// <summary>The living before the dead, the older before the younger: everybody who looks picks the same.</summary>
    private static Machine? Oldest(IEnumerable<Machine> machines) => machines
        .OrderByDescending(machine => MachineReader.Read(machine).IsLive)
        .ThenBy(machine => machine.Created)
        .ThenBy(machine => machine.Id, StringComparer.Ordinal)
        .FirstOrDefault();

    private static bool IsOf(Machine machine, LaunchRequest request) =>
        machine.Tag(MusterTags.Launch) == request.Launch.ToString()
        && machine.Tag(MusterTags.Installation) == request.Tags.GetValueOrDefault(MusterTags.Installation);
}
