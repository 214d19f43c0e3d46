using Muster.Core;

namespace Muster.Server.Instances;

/// <summary>Where an instance is: neither changes while it lives.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Cloud">Its cloud.</param>
/// <param name="Id">Which.</param>
/// <param name="Name">The name it was launched with.</param>
/// <param name="Launch">The launch that made it; null where its tags do not say.</param>
internal sealed record InstanceHome(GroupId Group, string Cloud, InstanceId Id, string Name, LaunchId? Launch);
