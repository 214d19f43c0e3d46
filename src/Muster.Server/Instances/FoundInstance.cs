using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Server.Instances;

/// <summary>An instance that a request names.</summary>
/// <param name="Record">Its group.</param>
/// <param name="Cloud">Its cloud.</param>
/// <param name="Standing">The instance, as its cloud shows it now, and how it stands.</param>
internal sealed record FoundInstance(GroupRecord Record, string Cloud, InstanceStanding Standing);
