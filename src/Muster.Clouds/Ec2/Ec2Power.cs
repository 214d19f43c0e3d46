using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Ec2;

/// <summary>Stops, hibernates and starts instances.</summary>
internal sealed class Ec2Power(Ec2Api api, Ec2Listing listing, RecentLaunches recent)
{
    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public async Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken)
    {
        if (await FindAsync(installation, instance, cancellationToken) is { State: "stopping" or "stopped" })
        {
            return;
        }

        // An orderly stop ends by itself after some minutes; by force it does not wait for a host that does not answer.
        var form = Ec2Api.Form("StopInstances").AddAll("InstanceId", [instance.Value]);
        switch (manner)
        {
            case StopManner.AtOnce:
                form.Add("Force", true);
                break;
            case StopManner.KeepingMemory:
                form.Add("Hibernate", true);
                break;
        }

        await ChangeAsync(form, cancellationToken);
    }

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public async Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken)
    {
        if (await FindAsync(installation, instance, cancellationToken) is not { State: "pending" or "running" })
        {
            await ChangeAsync(Ec2Api.Form("StartInstances").AddAll("InstanceId", [instance.Value]), cancellationToken);
        }
    }

    private async Task<Ec2Instance> FindAsync(InstallationId installation, InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Ec2States.IsId(id.Value))
        {
            throw OwnedInstance.Gone(id);
        }

        var found = await listing.FindByIdAsync(id.Value, cancellationToken);
        if (found is null && recent.Contains(id.Value))
        {
            // "Not there" may mean "not yet".
            throw new CloudException(
                CloudErrorKind.Unavailable, $"EC2 does not show {id} everywhere yet: it was launched a moment ago; nothing was done to it");
        }

        OwnedInstance.Of(
            found is null ? null : Ec2States.Instance(found), found is { State: "shutting-down" or "terminated" }, id, installation);
        return found!;
    }

    private async Task ChangeAsync(QueryForm form, CancellationToken cancellationToken)
    {
        var answer = await api.ChangeAsync(form, cancellationToken);
        if (!answer.IsGood)
        {
            throw Ec2Errors.Translate(answer);
        }
    }
}
