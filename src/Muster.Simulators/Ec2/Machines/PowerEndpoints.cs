using System.Collections.Immutable;

using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Ec2.Wire;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Machines;

/// <summary>StopInstances and StartInstances.</summary>
internal sealed class PowerEndpoints(Ec2SimulatorOptions options, InstancePark park)
{
    public static ImmutableHashSet<string> StopParameters { get; } = ["InstanceId.N", "Force", "Hibernate", "SkipOsShutdown"];

    public static ImmutableHashSet<string> StartParameters { get; } = ["InstanceId.N", "AdditionalInfo"];

    public Reply Stop(AwsForm form, bool isDryRun)
    {
        var hibernates = form.Flag("Hibernate") is true;
        _ = form.Flag("Force");
        return Change("StopInstances", form, isDryRun, ["stopping", "stopped"], "stopped", instance =>
        {
            if (instance.State is not "running")
            {
                throw Incorrect(instance, "stopped");
            }

            if (instance.SpotRequest is not null)
            {
                throw new AwsRefusal(
                    400, "UnsupportedOperation",
                    $"You can't stop the Spot Instance '{instance.Id}' because it is associated with a one-time Spot Instance request. "
                    + "You can only stop Spot Instances associated with persistent Spot Instance requests.");
            }

            if (hibernates && instance.Asked.GetValueOrDefault("HibernationOptions.Configured") is not "true")
            {
                throw new AwsRefusal(
                    400, "UnsupportedHibernationConfiguration",
                    $"The instance '{instance.Id}' is not configured for hibernation.");
            }
        }, id => park.Stop(id, hibernates));
    }

    public Reply Start(AwsForm form, bool isDryRun) =>
        Change("StartInstances", form, isDryRun, ["pending", "running"], "started", instance =>
        {
            if (instance.State is not "stopped")
            {
                throw Incorrect(instance, "started");
            }

            if (options.IsFull || options.FullZones.ContainsKey(instance.Zone))
            {
                throw new AwsRefusal(
                    500, "InsufficientInstanceCapacity", $"Insufficient capacity. We have no {instance.Type} left in {instance.Zone}.");
            }
        }, park.Start);

    private Reply Change(
        string action, AwsForm form, bool isDryRun, ImmutableArray<string> isSo, string word, Action<SimulatedEc2Instance> check,
        Action<string> change)
    {
        var ids = InstanceEndpoints.Known(form, park);
        foreach (var id in ids)
        {
            var instance = park.With(id, one => one)!;
            if (instance.State is "shutting-down" or "terminated")
            {
                throw Incorrect(instance, word);
            }

            if (!isSo.Contains(instance.State))
            {
                check(instance);
            }
        }

        if (isDryRun)
        {
            throw new AwsRefusal(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
        }

        return Xml.Answer(action, Xml.List("instancesSet", ids.Select(id =>
        {
            var before = park.With(id, one => one.State)!;
            if (!isSo.Contains(before))
            {
                change(id);
            }

            return Xml.Of("instanceId", id) + SimulatedEc2Instance.StateXml("currentState", park.With(id, one => one.State)!)
                + SimulatedEc2Instance.StateXml("previousState", before);
        })));
    }

    private static AwsRefusal Incorrect(SimulatedEc2Instance instance, string word) => new(
        400, "IncorrectInstanceState", $"The instance '{instance.Id}' is not in a state from which it can be {word}.");
}
