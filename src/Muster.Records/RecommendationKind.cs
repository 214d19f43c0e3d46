namespace Muster.Records;

/// <summary>Which kind of <see cref="Muster.Core.Steering.Recommendation"/> it is, as a word.</summary>
public enum RecommendationKind
{
    /// <summary><see cref="Muster.Core.Steering.Recommendation.Wants"/>.</summary>
    Wants,

    /// <summary><see cref="Muster.Core.Steering.Recommendation.Content"/>.</summary>
    Content,

    /// <summary><see cref="Muster.Core.Steering.Recommendation.Blind"/>.</summary>
    Blind,
}
