using System.Collections.Immutable;

using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Muster.Clouds.OpenStack.Identity;

/// <summary>A mapping of YAML: texts and mappings by their names. Lists are left out, since nothing here is in one.</summary>
/// <remarks>
/// Read from the parser's events and not from the library's object model, which needs reflection. Two names of one mapping are refused by
/// nobody: the last counts, as in other readers of these files.
/// </remarks>
internal sealed class YamlText
{
    /// <summary>No file of clouds has mappings as deep.</summary>
    private const int DepthMax = 16;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, YamlText> _mappings = new(StringComparer.Ordinal);

    private YamlText()
    {
    }

    /// <summary>The names that have texts, and the texts.</summary>
    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>The names that have mappings.</summary>
    public ImmutableArray<string> MappingNames => [.. _mappings.Keys];

    /// <summary>The mapping of a name; null where there is none.</summary>
    public YamlText? Find(string name) => _mappings.GetValueOrDefault(name);

    /// <summary>Reads the first document.</summary>
    /// <exception cref="FormatException">It is no YAML, or no mapping; says where, and shows nothing of it.</exception>
    public static YamlText Read(string text)
    {
        try
        {
            var events = new Parser(new StringReader(text));
            while (events.MoveNext())
            {
                if (events.Current is MappingStart)
                {
                    return ReadMapping(events, [], depth: 0);
                }

                if (events.Current is Scalar or SequenceStart)
                {
                    break;
                }
            }
        }
        catch (YamlException error)
        {
            // The library's sentence may quote the text, which holds secrets.
            throw new FormatException($"YAML; line {error.Start.Line}, column {error.Start.Column} is not understood", error);
        }

        throw new FormatException("YAML with a mapping");
    }

    private static YamlText ReadMapping(Parser events, Dictionary<string, (string? Text, YamlText? Mapping)> anchors, int depth)
    {
        if (depth > DepthMax)
        {
            throw new FormatException($"YAML of at most {DepthMax} mappings within each other");
        }

        var mapping = new YamlText();
        Remember(anchors, ((NodeEvent)events.Current!).Anchor, null, mapping);
        while (Next(events) is not MappingEnd)
        {
            var name = (events.Current as Scalar)?.Value;
            if (name is null)
            {
                Skip(events);
            }

            Next(events);
            var (text, inner) = ReadValue(events, anchors, depth);
            if (name is null)
            {
                continue;
            }

            mapping._texts.Remove(name);
            mapping._mappings.Remove(name);
            if (text is not null)
            {
                mapping._texts[name] = text;
            }
            else if (inner is not null)
            {
                mapping._mappings[name] = inner;
            }
        }

        return mapping;
    }

    private static (string? Text, YamlText? Mapping) ReadValue(
        Parser events, Dictionary<string, (string? Text, YamlText? Mapping)> anchors, int depth)
    {
        switch (events.Current)
        {
            case Scalar scalar:
                // What is written without quotes and is empty or null is nothing.
                var text = scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } ? null : scalar.Value;
                Remember(anchors, scalar.Anchor, text, null);
                return (text, null);
            case AnchorAlias alias:
                return anchors.GetValueOrDefault(alias.Value.Value);
            case MappingStart:
                return (null, ReadMapping(events, anchors, depth + 1));
            default:
                Skip(events);
                return (null, null);
        }
    }

    private static void Remember(
        Dictionary<string, (string? Text, YamlText? Mapping)> anchors, AnchorName anchor, string? text, YamlText? mapping)
    {
        if (!anchor.IsEmpty)
        {
            anchors[anchor.Value] = (text, mapping);
        }
    }

    /// <summary>Passes over a list or a mapping that nobody asks for, to its end.</summary>
    private static void Skip(Parser events)
    {
        for (var depth = events.Current!.NestingIncrease; depth > 0; depth += Next(events).NestingIncrease)
        {
        }
    }

    private static ParsingEvent Next(Parser events) =>
        events.MoveNext() ? events.Current! : throw new FormatException("YAML that does not end in the middle");
}
