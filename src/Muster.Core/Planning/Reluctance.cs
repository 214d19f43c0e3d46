using Muster.Core.Instances;

namespace Muster.Core.Planning;

/// <summary>An instance that was told to end and has not.</summary>
/// <param name="Instance">Which.</param>
/// <param name="Why">In words: what the cloud said, or that it said nothing.</param>
/// <param name="RetryAt">When it is told again; null when the last order is under way.</param>
internal sealed record Reluctance(Instance Instance, string Why, DateTimeOffset? RetryAt);
