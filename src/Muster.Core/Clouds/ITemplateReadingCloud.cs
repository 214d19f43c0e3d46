using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Core.Clouds;

/// <summary>A cloud that can say of a machine what a template for more of its kind would be. Throws as <see cref="ICloud"/> does.</summary>
public interface ITemplateReadingCloud
{
    /// <summary>Reads a machine that is there, whoever made it, into the fields of a template.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.NotFound"/>: there is no such machine.</exception>
    Task<TemplateDraft> ReadTemplateAsync(InstanceId instance, CancellationToken cancellationToken);
}

/// <summary>The fields of a template, read from a machine. None holds a secret: user data and metadata are left out.</summary>
public sealed record TemplateDraft
{
    /// <summary>As <see cref="Templates.Template.Image"/>.</summary>
    public required string Image { get; init; }

    /// <summary>As <see cref="Templates.Template.Size"/>.</summary>
    public string? Size { get; init; }

    /// <summary>As <see cref="Templates.Template.Networks"/>.</summary>
    public ImmutableArray<string> Networks { get; init; } = [];

    /// <summary>As <see cref="Templates.Template.FirewallEnabled"/>.</summary>
    public bool FirewallEnabled { get; init; }

    /// <summary>As <see cref="Templates.Template.Tags"/>; Muster's own are left out.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>As <see cref="Templates.Template.Options"/>.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What a template cannot say and the machine has, a sentence each.</summary>
    public ImmutableArray<string> LeftOut { get; init; } = [];
}
