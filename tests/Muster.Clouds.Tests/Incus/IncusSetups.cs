using System.Collections.Immutable;

using Muster.Clouds.Incus;
using Muster.Clouds.Kit;
using Muster.Clouds.Lxd;
using Muster.Core;

namespace Muster.Clouds.Tests.Incus;

/// <summary>Configurations of the kind, which name no daemon that is there.</summary>
internal static class IncusSetups
{
    public static CloudSetup Make(params (string Name, string Value)[] options) => new()
    {
        Name = "here",
        DataDirectory = "/nowhere",
        // A later one of the same name takes the place of an earlier one.
        Options = ImmutableSortedDictionary<string, string>.Empty.SetItems(
            options.Select(option => KeyValuePair.Create(option.Name, option.Value))),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };

    public static LxdCloudOptions Read(params (string Name, string Value)[] options) =>
        LxdSetup.Read(Make([("endpoint", "unix:///nowhere/unix.socket"), .. options]), IncusKind.Dialect);
}
