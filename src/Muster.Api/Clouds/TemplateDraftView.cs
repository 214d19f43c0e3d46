using Muster.Api.Templates;

namespace Muster.Api.Clouds;

/// <summary>A machine, read into the fields of a template.</summary>
public sealed record TemplateDraftView
{
    /// <summary>The fields, without a name: what <c>POST /v1/templates</c> takes.</summary>
    public required TemplateInput Template { get; init; }

    /// <summary>What a template cannot say and the machine has, a sentence each.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }
}
