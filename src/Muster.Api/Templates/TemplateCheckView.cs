namespace Muster.Api.Templates;

/// <summary>What a cloud thinks of a template before anything is launched.</summary>
public sealed record TemplateCheckView
{
    /// <summary>Whether a launch can work, as far as can be known.</summary>
    public required bool Good { get; init; }

    /// <summary>Each thing looked at.</summary>
    public required IReadOnlyList<TemplateFindingView> Findings { get; init; }
}

/// <summary>One thing looked at.</summary>
public sealed record TemplateFindingView
{
    /// <summary>The template's field: <c>image</c>, <c>size</c>, <c>network</c>.</summary>
    public required string Field { get; init; }

    /// <summary>The verdict.</summary>
    public required bool Good { get; init; }

    /// <summary>What was found, or what is wrong and what is allowed.</summary>
    public required string Message { get; init; }
}
