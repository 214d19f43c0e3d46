using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core.Groups;
using Muster.Core.Health;

namespace Muster.Server.Groups;

/// <summary>Health checks and repair as somebody sends them.</summary>
internal static class HealthReader
{
    /// <summary>A health check as it was sent; null for nothing.</summary>
    public static HealthEdit? Read(HealthCheckInput? input) => input is null ? null : new()
    {
        Kind = input.Kind,
        Port = input.Port,
        Attribute = input.Attribute,
        Path = input.Path,
        Method = input.Method,
        Headers = input.Headers?.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Expect = input.Expect,
        BodyContains = input.BodyContains,
        BusyHeader = input.BusyHeader,
        VerifyTls = input.VerifyTls,
        Service = input.Service,
        Network = input.Network,
        IntervalSeconds = input.IntervalS,
        TimeoutSeconds = input.TimeoutS,
        HealthyAfter = input.HealthyAfter,
        UnhealthyAfter = input.UnhealthyAfter,
        GraceSeconds = input.GraceS,
        BootTimeoutSeconds = input.BootTimeoutS,
    };

    /// <summary>Repair as it was sent.</summary>
    public static RepairEdit Read(RepairInput? input) => new()
    {
        Mode = input?.Mode,
        Order = input?.Order,
        UnavailableMax = input?.UnavailableMax,
        Surge = input?.Surge,
        WhenMost = input?.WhenMost,
    };

    /// <summary>
    /// What a surge outside of <c>repair</c> means: of a group with placements, how many move at once; of one without, how many may live
    /// beyond the level while unhealthy ones are replaced.
    /// </summary>
    /// <exception cref="Core.InputException">It is said twice.</exception>
    public static NewGroup Meant(NewGroup asked) => asked.Layout.HasPlacements || asked.Layout.Surge is not { } surge
        ? asked
        : asked with { Layout = asked.Layout with { Surge = null }, Repair = With(asked.Repair, surge) };

    /// <summary>The same of a change.</summary>
    /// <param name="edit">The change.</param>
    /// <param name="group">The group before it.</param>
    /// <exception cref="Core.InputException">It is said twice.</exception>
    public static GroupEdit Meant(GroupEdit edit, Group group) =>
        edit.Layout.HasPlacements || (group.Layout is not null && edit.Template is null) || edit.Layout.Surge is not { } surge
            ? edit
            : edit with { Layout = edit.Layout with { Surge = null }, Repair = With(edit.Repair, surge) };

    private static RepairEdit With(RepairEdit repair, string surge) => repair.Surge is null || repair.Surge == surge
        ? repair with { Surge = surge }
        : throw new Core.InputException(
            "surge", surge, $"the same as repair.surge, {repair.Surge}: of a group without placements they are one thing");
}
