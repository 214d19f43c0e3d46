using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Vsphere.Api;
using Muster.Clouds.Vsphere.Places;
using Muster.Clouds.Vsphere.Templates;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>Makes clones, one a launch id: a machine's name, which ends in the launch id, is given out once in a folder.</summary>
internal sealed class VmLauncher(
    VsphereApi api, VmQuery query, Inventory inventory, LaunchPlaces places, ComputeMap compute, TaskWaiter tasks, VmEnder ender,
    VmStates states, VmMemory memory)
{
    /// <summary>
    /// How long a launch waits for its clone. One that takes longer goes on in vCenter, and is told as coming to be: what it comes to, the
    /// listings show.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private const string Call = "vsphere CloneVM_Task";

    /// <summary>Makes one.</summary>
    public async Task<Instance> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var spec = LaunchPreamble.Begin(request, VsphereTemplates.Read, cancellationToken, mayHaveZones: true);
        var expected = Expect(request, api.Time.GetUtcNow());
        var folder = await places.FolderAsync(spec, cancellationToken);
        if (request.IsRepeat && await inventory.ChildAsync(folder, expected.Name, cancellationToken) is { } made)
        {
            return await NamedAsync(made, expected, cancellationToken);
        }

        var place = await places.ResolveAsync(spec, request.Zone, cancellationToken);
        memory.OnBirth(expected);
        try
        {
            return await CloneAsync(request, spec, place, expected, cancellationToken);
        }
        finally
        {
            memory.OnBorn(expected);
        }
    }

    private static Vm Expect(LaunchRequest request, DateTimeOffset now) => new()
    {
        Ref = new("VirtualMachine", ""),
        Uuid = request.Launch.ToString(),
        Name = VsphereTemplates.Names.For(request.Name),
        Tags = request.Tags,
        Made = now,
        Power = "poweredOff",
        Connection = "connected",
    };

    private async Task<Instance> CloneAsync(
        LaunchRequest request, VmSpec spec, LaunchPlace place, Vm expected, CancellationToken cancellationToken)
    {
        MoRef task;
        try
        {
            task = await api.StartAsync(
                "CloneVM_Task", place.Source, writer => CloneBody.Write(writer, expected, spec, place), cancellationToken);
        }
        catch (CloudException error) when (VsphereErrors.FaultOf(error) is { } fault)
        {
            return await RefusedAsync(fault, error, request, place, expected, cancellationToken);
        }

        var end = await CallDoubt.AfterLaunchAsync(() => tasks.WaitAsync(task, Patience, cancellationToken));
        if (end is null)
        {
            return states.Unborn(expected);
        }

        if (end.Fault is { } failure)
        {
            return await RefusedAsync(
                failure, api.Translate(Call, failure, CloudErrorKind.Unavailable), request, place, expected, cancellationToken);
        }

        var vm = await CallDoubt.AfterLaunchAsync(() => MadeAsync(end.Result, expected, cancellationToken));
        if (vm is { Power: "poweredOff", Connection: "connected" })
        {
            // Whether a clone that cannot be started fails as a whole, vCenter does not promise.
            if (await CallDoubt.AfterLaunchAsync(() => StartAsync(vm, cancellationToken)) is { } refusal)
            {
                await CallDoubt.AfterLaunchAsync(() => ender.EndAsync(vm, cancellationToken));
                throw Undone(refusal, request);
            }

            vm = vm with { Power = "poweredOn" };
        }

        memory.OnSeen(vm);
        return states.Instance(vm, compute.ZoneOf(vm.Host) ?? request.Zone);
    }

    private async Task<Vm> MadeAsync(MoRef? made, Vm expected, CancellationToken cancellationToken)
    {
        var target = made ?? await ender.FindAsync(expected.Uuid, cancellationToken);
        var machine = target is null ? null : await query.FindAsync(target, cancellationToken);
        return (machine is null ? null : VmReader.Read(machine).Good)
            ?? throw new CloudException(
                CloudErrorKind.Ambiguous, $"{Call}: the clone {expected.Name} was made, and cannot be found or read");
    }

    /// <summary>Starts it.</summary>
    /// <returns>Why it cannot be; null where it is on.</returns>
    private async Task<CloudException?> StartAsync(Vm vm, CancellationToken cancellationToken)
    {
        SoapFault fault;
        CloudException error;
        try
        {
            var task = await api.StartAsync("PowerOnVM_Task", vm.Ref, null, cancellationToken);
            if (await tasks.WaitAsync(task, Patience, cancellationToken) is not { Fault: { } failure })
            {
                return null;
            }

            (fault, error) = (failure, api.Translate("vsphere PowerOnVM_Task", failure, CloudErrorKind.Unavailable));
        }
        catch (CloudException refusal) when (VsphereErrors.FaultOf(refusal) is { } refused)
        {
            (fault, error) = (refused, refusal);
        }

        // It may be on by now.
        return fault.Type is "InvalidPowerState" ? null : error;
    }

    /// <summary>What came of a clone that was refused, or failed.</summary>
    private async Task<Instance> RefusedAsync(
        SoapFault fault, CloudException error, LaunchRequest request, LaunchPlace place, Vm expected, CancellationToken cancellationToken)
    {
        if (fault.Type is "DuplicateName")
        {
            // Something of that name lives, most likely this launch, made by somebody else: a look that fails must not say that there is
            // none. One that shows a foreign machine says that this launch made none.
            var target = fault.Detail?.RefOf("object")
                ?? await CallDoubt.AfterLaunchAsync(() => inventory.ChildAsync(place.Folder, expected.Name, cancellationToken))
                ?? throw new CloudException(
                    CloudErrorKind.Ambiguous, $"{Call}: the name {expected.Name} is taken already, and vCenter does not show by what");
            return await NamedAsync(target, expected, cancellationToken);
        }

        if (fault.Type is "ManagedObjectNotFound")
        {
            // What a name led to a moment ago is gone; the next launch looks anew, and says which.
            places.Forget();
            throw new CloudException(
                CloudErrorKind.Unavailable, $"{error.Message}: something that the template names is gone, and is looked for anew",
                innerException: error);
        }

        // vCenter takes a half away by itself, mostly.
        await CallDoubt.AfterLaunchAsync(async () =>
        {
            if (await inventory.ChildAsync(place.Folder, expected.Name, cancellationToken) is { } half
                && await query.FindAsync(half, cancellationToken) is { } machine
                && VmReader.Read(machine).Good is { } vm && vm.Uuid == expected.Uuid)
            {
                await ender.EndAsync(vm, cancellationToken);
            }
        });
        throw Undone(error, request);
    }

    /// <summary>What a machine is that has the launch's name already.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: the name is a foreign machine's.</exception>
    private async Task<Instance> NamedAsync(MoRef target, Vm expected, CancellationToken cancellationToken) =>
        await CallDoubt.AfterLaunchAsync(() => LookAsync(target, expected, cancellationToken))
        ?? throw new CloudException(
            CloudErrorKind.InvalidRequest,
            $"launch {expected.Name}: virtual machine {target.Value} has that name and not the marks of launch {expected.Uuid}: rename or "
            + "delete it");

    private async Task<Instance?> LookAsync(MoRef target, Vm expected, CancellationToken cancellationToken)
    {
        var machine = await query.FindAsync(target, cancellationToken)
            ?? throw new CloudException(CloudErrorKind.Ambiguous, $"{Call}: the machine {expected.Name} was there, and is gone");
        if (VmReader.IsBlank(machine))
        {
            return states.Unborn(expected with { Ref = target });
        }

        if (VmReader.Read(machine).Good is not { } vm || vm.Uuid != expected.Uuid
            || vm.Tags.GetValueOrDefault(MusterTags.Installation) != expected.Tags.GetValueOrDefault(MusterTags.Installation))
        {
            return null;
        }

        memory.OnSeen(vm);
        return states.Instance(vm, compute.ZoneOf(vm.Host));
    }

    /// <summary>The refusal of a launch that has left nothing, in the words of its template.</summary>
    private static CloudException Undone(CloudException error, LaunchRequest request)
    {
        var kind = error.Kind is CloudErrorKind.NotFound or CloudErrorKind.Ambiguous ? CloudErrorKind.Unavailable : error.Kind;
        var about = kind is CloudErrorKind.InvalidRequest ? $"image is '{request.Template.Image}': " : "";
        return new(kind, $"{about}{error.Message}", error.RetryAfter, error);
    }
}
