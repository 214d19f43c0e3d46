using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Templates;

namespace Muster.Cli.Scaling;

/// <summary>One level check for somebody who keeps no store.</summary>
internal sealed record ScaleRequest
{
    /// <summary>Most instances that there may have to be.</summary>
    public const int CountMax = 100_000;

    /// <summary>The group's name; its id is made of it.</summary>
    public required string Group { get; init; }

    /// <summary>How many instances there must be.</summary>
    public required int Count { get; init; }

    /// <summary>What an instance is. Name, owner and time are the check's own.</summary>
    /// <remarks>Not asked for where the placements each have their own.</remarks>
    public required Template Template { get; init; }

    /// <summary>How it is spread over several placements; nothing for a group in one place.</summary>
    public LayoutEdit Layout { get; init; } = LayoutEdit.None;

    /// <summary>The template's id where somebody else gave it one; made of its contents when null.</summary>
    public TemplateId? TemplateId { get; init; }

    /// <summary>Who goes first when there are too many.</summary>
    public ScaleInOrder ScaleIn { get; init; }
}
