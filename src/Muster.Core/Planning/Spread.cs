using Muster.Core.Placements;

namespace Muster.Core.Planning;

/// <summary>What the sharing of a level among several placements depends on, beside the placements themselves.</summary>
/// <param name="Level">How many there are to be in all.</param>
/// <param name="Why">Why so many, in words that end a sentence; null where it goes without saying, since a person said so.</param>
/// <param name="Layout">How they are shared.</param>
public sealed record Spread(int Level, string? Why, Layout Layout);
