using System.Collections.Immutable;

namespace Muster.Clouds.Exec.Wire;

/// <summary>describe: what the cloud can do. Everything but the version may be left out.</summary>
internal sealed record ExecDescription
{
    public int? Contract { get; init; }

    public int? PageSize { get; init; }

    public bool? LaunchTokens { get; init; }

    public bool? LaunchTokensOutlive { get; init; }

    public bool? GroupFilter { get; init; }

    public bool? Watches { get; init; }

    /// <summary>Whether it has zones. Since 2026; a plugin that does not know it leaves it out.</summary>
    public bool? Zones { get; init; }

    /// <summary>Whether it tells prices. Since 2026; a plugin that does not know it leaves it out.</summary>
    public bool? Prices { get; init; }

    /// <summary>Whether it has interruptible instances. Since 2026; a plugin that does not know it leaves it out.</summary>
    public bool? Interruptible { get; init; }

    public double? ListingLagMaxS { get; init; }

    public double? LaunchTimeoutS { get; init; }

    public double? BootGraceS { get; init; }

    public double? BootTimeoutS { get; init; }

    public int? NameLengthMax { get; init; }

    public int? TagValueLengthMax { get; init; }

    public double? ReadsPerSecond { get; init; }

    public double? WritesPerSecond { get; init; }

    public int? Burst { get; init; }
}

/// <summary>launch, and each line of list.</summary>
internal sealed record ExecInstance
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? State { get; init; }

    public string? Detail { get; init; }

    /// <summary>Whether the cloud refuses to end it. Since 2026; a plugin that does not know it leaves it out.</summary>
    public bool? Protected { get; init; }

    /// <summary>When the cloud will take it back. Since 2026; left out where no notice was given.</summary>
    public DateTimeOffset? LeavingAt { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary>Where it is. Since 2026; a plugin without zones leaves it out.</summary>
    public string? Zone { get; init; }

    public ImmutableArray<string>? Addresses { get; init; }

    public ImmutableSortedDictionary<string, string>? Attributes { get; init; }
}

/// <summary>The last line of list: where the next page begins, or that this was all.</summary>
internal sealed record ExecListEnd
{
    public string? Next { get; init; }

    public bool? End { get; init; }
}

/// <summary>check</summary>
internal sealed record ExecCheck
{
    public ImmutableArray<ExecFinding>? Findings { get; init; }
}

internal sealed record ExecFinding
{
    public string? Field { get; init; }

    public bool? Good { get; init; }

    public string? Message { get; init; }
}

/// <summary>zones</summary>
internal sealed record ExecZones
{
    public ImmutableArray<string>? Zones { get; init; }
}

/// <summary>Each line of watch.</summary>
internal sealed record ExecChange
{
    public string? Id { get; init; }

    public Guid? Group { get; init; }
}

/// <summary>What any operation may answer instead.</summary>
internal sealed record ExecFailure
{
    public ExecError? Error { get; init; }
}

internal sealed record ExecError
{
    public string? Kind { get; init; }

    public string? Message { get; init; }

    public double? RetryAfterS { get; init; }
}

/// <summary>prices</summary>
internal sealed record ExecPrices
{
    public ImmutableArray<ExecPrice?>? Prices { get; init; }
}

/// <summary>One price.</summary>
internal sealed record ExecPrice
{
    public string? Zone { get; init; }

    public string? Size { get; init; }

    public bool? Interruptible { get; init; }

    public decimal? Amount { get; init; }

    public string? Currency { get; init; }
}
