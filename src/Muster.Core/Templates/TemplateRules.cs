using System.Collections.Immutable;
using System.Text;

using Muster.Core.Instances;

namespace Muster.Core.Templates;

/// <summary>What a template must be, whatever cloud it is for. The cloud has its own say: <see cref="Clouds.ICloud.CheckAsync"/>.</summary>
/// <remarks>The limits keep a template small enough to be read with every sweep, and far above what any cloud takes.</remarks>
public static class TemplateRules
{
    /// <summary>Longest image, size, network or prefix, in characters: a long command line fits, a script belongs into user data.</summary>
    public const int TextLengthMax = 4096;

    /// <summary>Longest user data, in bytes of UTF-8; the most that the large clouds take.</summary>
    public const int UserDataBytesMax = 64 * 1024;

    private const string NoNul = "text without U+0000; bytes that are no text are best encoded, as base64 does";

    /// <summary>Most networks.</summary>
    public const int NetworksMax = 16;

    /// <summary>Most entries of metadata, of tags, of options.</summary>
    public const int EntriesMax = 64;

    /// <summary>Longest key of metadata, tags or options, in characters.</summary>
    public const int KeyLengthMax = 128;

    /// <summary>Longest value of metadata, tags or options, in characters.</summary>
    public const int ValueLengthMax = 1024;

    /// <summary>Throws with every wrong field when there is one.</summary>
    /// <exception cref="InputException">At least one field is wrong.</exception>
    public static void ThrowIfWrong(Template template)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        Check(template, errors);
        InputException.ThrowIfAny(errors);
    }

    /// <summary>Adds everything that is wrong with a template. An empty text counts as one that was left out.</summary>
    public static void Check(Template template, ImmutableArray<InputError>.Builder errors)
    {
        CheckName("name", template.Name, errors);
        CheckName("cloud", template.Cloud, errors);
        CheckText("image", template.Image, errors);
        if (template.NamePrefix is { } prefix)
        {
            CheckName("name_prefix", prefix, errors);
        }

        if (template.Size is { } size)
        {
            CheckText("size", size, errors);
        }

        CheckNetworks(template.Networks, errors);
        CheckUserData(template.UserData, errors);
        CheckEntries("metadata", template.Metadata, errors);
        CheckEntries("tags", template.Tags, errors);
        CheckEntries("options", template.Options, errors);
        Placeholders.Check("user_data", template.UserData, errors);
        foreach (var (key, value) in template.Metadata)
        {
            Placeholders.Check($"metadata.{key}", value, errors);
        }

        foreach (var key in template.Tags.Keys.Where(key => key.StartsWith(MusterTags.Prefix, StringComparison.OrdinalIgnoreCase)))
        {
            errors.Add(new($"tags.{key}", key, $"a key that does not start with {MusterTags.Prefix}, which is Muster's own"));
        }
    }

    private static void CheckName(string field, string name, ImmutableArray<InputError>.Builder errors)
    {
        if (!EntityName.IsValid(name))
        {
            errors.Add(new(field, InputError.Shown(name), EntityName.RuleFor(name)));
        }
    }

    private static void CheckText(string field, string text, ImmutableArray<InputError>.Builder errors)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > TextLengthMax || text.Any(char.IsControl))
        {
            errors.Add(new(field, InputError.Shown(text), $"1 to {TextLengthMax} characters, not all spaces, no control characters"));
        }
    }

    private static void CheckNetworks(ImmutableArray<string> networks, ImmutableArray<InputError>.Builder errors)
    {
        if (networks.Length > NetworksMax)
        {
            errors.Add(new("networks", $"{networks.Length} networks", $"at most {NetworksMax}"));
            return;
        }

        for (var i = 0; i < networks.Length; i++)
        {
            CheckText($"networks[{i}]", networks[i], errors);
        }
    }

    private static void CheckUserData(string? userData, ImmutableArray<InputError>.Builder errors)
    {
        // Never shown: user data often holds secrets.
        if (userData is not null && Encoding.UTF8.GetByteCount(userData) is var bytes && bytes > UserDataBytesMax)
        {
            errors.Add(new("user_data", $"{bytes} bytes", $"at most {UserDataBytesMax} bytes as UTF-8"));
        }

        if (HasNul(userData))
        {
            errors.Add(new("user_data", "text with U+0000", NoNul));
        }
    }

    private static void CheckEntries(
        string field, ImmutableSortedDictionary<string, string> entries, ImmutableArray<InputError>.Builder errors)
    {
        if (entries.Count > EntriesMax)
        {
            errors.Add(new(field, $"{entries.Count} entries", $"at most {EntriesMax}"));
            return;
        }

        foreach (var (key, value) in entries)
        {
            if (key.Length is 0 or > KeyLengthMax || key.Any(char.IsControl))
            {
                errors.Add(new(
                    field, InputError.Shown(key) ?? "an empty key", $"keys of 1 to {KeyLengthMax} characters, no control characters"));
            }
            else if (value is null || value.Length > ValueLengthMax)
            {
                // Metadata and options may hold secrets, so a value is told by its length alone.
                errors.Add(
                    new($"{field}.{key}", value is null ? null : $"{value.Length} characters", $"at most {ValueLengthMax} characters"));
            }
            else if (HasNul(value))
            {
                errors.Add(new($"{field}.{key}", "text with U+0000", NoNul));
            }
        }
    }

    // No environment, no file name of a program and not every store can hold it: it would come out as something else.
    private static bool HasNul(string? text) => text?.Contains('\0', StringComparison.Ordinal) is true;
}
