using Muster.Core.Groups;
using Muster.Core.Launches;

namespace Muster.Core.Reconciling;

/// <summary>What is so of an intent that could not be written, so that nobody acts on it.</summary>
/// <param name="Launch">The launch, as it is then.</param>
/// <param name="Change">What changes in the state.</param>
internal sealed record Abandonment(Launch Launch, Func<GroupState, GroupState> Change);
