using Muster.Core.Activities;

namespace Muster.Storage.Rules;

/// <summary>An activity and where it stands in its group.</summary>
/// <param name="Number">The position that it was given first; stays when a repeat melts in.</param>
/// <param name="Kept">The activity.</param>
internal sealed record Entry(long Number, Activity Kept);
