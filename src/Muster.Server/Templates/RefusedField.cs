using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Server.Templates;

/// <summary>
/// What a cloud will not have of a template, as a wrong field: named once, with what was given and what is wrong with it.
/// </summary>
internal static class RefusedField
{
    private const string ValueEnd = "': ";
    private const string Missing = "is missing: ";

    /// <summary>
    /// Clouds write whole sentences, <c>image is 'x': no such image</c> or <c>size is missing: a package</c>, since some
    /// are shown as they stand.
    /// </summary>
    public static InputError Of(Template template, TemplateFinding finding)
    {
        var (field, message) = (finding.Field, finding.Message);
        // A cloud speaks of its firewall; what was written is the field.
        var written = field == "firewall" ? "firewall_enabled" : field;
        if (!message.StartsWith($"{field} ", StringComparison.Ordinal))
        {
            return new(written, Given(template, field), message);
        }

        if (message.StartsWith($"{field} {Missing}", StringComparison.Ordinal))
        {
            return new(written, null, message[(field.Length + 1 + Missing.Length)..]);
        }

        var valueStart = $"{field} is '";
        var end = message.StartsWith($"{valueStart}{Given(template, field)}{ValueEnd}", StringComparison.Ordinal)
            ? valueStart.Length + Given(template, field).Length
            : message.IndexOf(ValueEnd, StringComparison.Ordinal);
        return message.StartsWith(valueStart, StringComparison.Ordinal) && end >= valueStart.Length
            ? new(written, message[valueStart.Length..end], message[(end + ValueEnd.Length)..])
            : new(written, Given(template, field), message[(field.Length + 1)..]);
    }

    /// <summary>What the user gave for a field that a cloud speaks of.</summary>
    private static string Given(Template template, string field) => field switch
    {
        "image" => template.Image,
        "size" => template.Size ?? "the cloud's default",
        "network" or "networks" => string.Join(", ", template.Networks),
        _ => "as given",
    };
}
