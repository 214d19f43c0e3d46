using System.Globalization;

using Muster.Clouds.Kit.States;
using Muster.Core.Instances;

namespace Muster.Clouds.Libvirt.Domains;

/// <summary>What a domain's state and the reason for it mean: <c>virDomainState</c> and the enumerations of its reasons.</summary>
internal static class DomainStates
{
    /// <summary><c>VIR_DOMAIN_SHUTOFF</c></summary>
    public const int ShutOff = 5;

    /// <summary><c>VIR_DOMAIN_CRASHED</c>: where its description says that it is kept then.</summary>
    public const int Crashed = 6;

    /// <summary><c>VIR_DOMAIN_PMSUSPENDED</c></summary>
    public const int Asleep = 7;

    // By number: state, or state/reason where the reason tells more. One that is shut off and not in the making has ended.
    private static readonly StateTable States = new(
        new("0", InstanceState.Unknown, "libvirt does not know its state"),
        new("1", InstanceState.Running, "running"),
        new("2", InstanceState.Running, "blocked"),
        new("3", InstanceState.Stopped, "paused"),
        new("3/1", InstanceState.Stopped, "paused by hand"),
        new("3/2", InstanceState.Running, "paused while it moves to another host"),
        new("3/3", InstanceState.Running, "paused while it is saved"),
        new("3/4", InstanceState.Running, "paused while its memory is dumped"),
        new("3/5", InstanceState.Stopped, "paused after an error of its disk; is the host's disk full?"),
        new("3/6", InstanceState.Stopped, "paused by its watchdog"),
        new("3/8", InstanceState.Terminating, "shutting down"),
        new("3/9", InstanceState.Running, "paused while a snapshot is made"),
        new("3/10", InstanceState.Failed, "its system crashed"),
        new("3/11", InstanceState.Provisioning, "starting"),
        new("3/12", InstanceState.Running, "paused while it moves to another host"),
        new("4", InstanceState.Terminating, "shutting down"),
        new("5", InstanceState.Stopped, "shut off"),
        new("5/1", InstanceState.Stopped, "its system shut down"),
        new("5/2", InstanceState.Stopped, "destroyed by hand"),
        new("5/3", InstanceState.Failed, "its system or its hypervisor crashed"),
        new("5/4", InstanceState.Stopped, "moved to another host"),
        new("5/5", InstanceState.Stopped, "saved by hand"),
        new("5/6", InstanceState.Failed, "its hypervisor died, or did not start"),
        new("5/8", InstanceState.Failed, "the daemon found it broken"),
        new("6", InstanceState.Failed, "its system crashed"),
        new("7", InstanceState.Stopped, "suspended by its own system"));

    /// <summary>
    /// Whether a domain that does not run was stopped on order. Nothing but a call pauses, destroys or saves one; of a shutdown libvirt
    /// does not say whether a call asked for it, or its own system.
    /// </summary>
    public static bool? OnOrder(int state, int reason) => (state, reason) switch
    {
        (3, 1) or (ShutOff, 2) or (ShutOff, 5) => true,
        (3, 5) or (3, 6) or (3, 10) => false,
        (ShutOff, 3) or (ShutOff, 6) or (ShutOff, 8) or (Crashed, _) or (Asleep, _) => false,
        _ => null,
    };

    /// <summary>The state of an instance.</summary>
    public static (InstanceState State, string? Detail) Of(int state, int reason)
    {
        // What the table does not have comes back as it went in.
        var both = string.Create(CultureInfo.InvariantCulture, $"{state}/{reason}");
        var known = States.Of(both);
        if (known.Detail != both)
        {
            return known;
        }

        var number = state.ToString(CultureInfo.InvariantCulture);
        var alone = States.Of(number);
        return alone.Detail == number ? (InstanceState.Unknown, $"libvirt's state {both}") : alone;
    }
}
