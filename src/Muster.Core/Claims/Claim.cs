namespace Muster.Core.Claims;

/// <summary>One voice on how many instances a group is to have.</summary>
public sealed record Claim
{
    /// <summary>The source of what a person, or a program in a person's place, said last.</summary>
    public const string Person = "person";

    /// <summary>Whose voice it is; a group hears one claim from each source, and the newer takes the place of the older.</summary>
    public required string Source { get; init; }

    /// <summary>The source of what a group's policies have come to together.</summary>
    public const string Steering = "steering";

    /// <summary>Who is behind it, where the source speaks for others: a policy's name. Null for the source itself.</summary>
    public string? Author { get; init; }

    /// <summary>How many; null where only bounds are claimed.</summary>
    public int? Desired { get; init; }

    /// <summary>No fewer than this while it holds; null for no claim.</summary>
    public int? Min { get; init; }

    /// <summary>No more than this while it holds; null for no claim.</summary>
    public int? Max { get; init; }

    /// <summary>Why, in the source's words.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when the source says exactly this.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it ends by itself; null for never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether it holds at that instant.</summary>
    public bool HoldsAt(DateTimeOffset now) => Until is not { } until || now < until;
}
