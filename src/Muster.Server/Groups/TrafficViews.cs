using System.Collections.Immutable;

using Muster.Api.Groups;
using Muster.Core.Traffic;

namespace Muster.Server.Groups;

/// <summary>The sources of traffic that a group uses, as they go over the wire.</summary>
internal static class TrafficViews
{
    /// <summary>A list as it was sent; null where none was.</summary>
    public static ImmutableArray<TrafficUseEdit>? Read(IReadOnlyList<TrafficUseInput>? input) => input is null
        ? null
        :
        [
            .. input.Select(one => new TrafficUseEdit
            {
                Source = one?.Source,
                Backend = one?.Backend,
                Service = one?.Service,
                Port = one?.Port,
                Attribute = one?.Attribute,
                Network = one?.Network,
                Path = one?.Path,
                Health = one?.Health,
            }),
        ];

    /// <summary>Null for no source.</summary>
    public static IReadOnlyList<TrafficUseView>? View(TrafficUses uses) => uses.IsEmpty
        ? null
        :
        [
            .. uses.All.Select(use => new TrafficUseView
            {
                Source = use.Source,
                Backend = use.Backend,
                Service = use.Service,
                Port = use.Port,
                Attribute = use.Attribute,
                Network = use.Network,
                Path = use.Path,
                Health = use.Health,
            }),
        ];
}
