using System.Globalization;
using System.Security;
using System.Text;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Wire;

/// <summary>Writes answers.</summary>
internal static class Xml
{
    internal const string StsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/";

    internal const string BalancingNamespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

    /// <summary>An answer of EC2.</summary>
    public static Reply Answer(string action, string inner) => new(
        200,
        Encoding.UTF8.GetBytes(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + $"<{action}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>{Guid.Empty}</requestId>"
            + $"{inner}</{action}Response>"),
        "text/xml;charset=UTF-8");

    /// <summary>An answer of STS.</summary>
    public static Reply StsAnswer(string action, string inner) => QueryAnswer(StsNamespace, action, inner);

    /// <summary>An answer of Elastic Load Balancing.</summary>
    public static Reply BalancingAnswer(string action, string inner) => QueryAnswer(BalancingNamespace, action, inner);

    /// <summary>An element with a text; nothing where there is none.</summary>
    public static string Of(string name, string? text) => text is null ? "" : $"<{name}>{Text(text)}</{name}>";

    /// <summary>A list.</summary>
    public static string List(string name, IEnumerable<string> items) =>
        $"<{name}>{string.Concat(items.Select(item => $"<item>{item}</item>"))}</{name}>";

    /// <summary>A list, as newer APIs write it.</summary>
    public static string Members(string name, IEnumerable<string> items) =>
        $"<{name}>{string.Concat(items.Select(item => $"<member>{item}</member>"))}</{name}>";

    /// <summary>Tags.</summary>
    public static string Tags(IEnumerable<KeyValuePair<string, string>> tags) =>
        List("tagSet", tags.Select(tag => Of("key", tag.Key) + $"<value>{Text(tag.Value)}</value>"));

    /// <summary>A time.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A text, escaped.</summary>
    public static string Text(string text) => SecurityElement.Escape(text);

    private static Reply QueryAnswer(string space, string action, string inner) => new(
        200,
        Encoding.UTF8.GetBytes(
            $"<{action}Response xmlns=\"{space}\"><{action}Result>{inner}</{action}Result>"
            + $"<ResponseMetadata><RequestId>{Guid.Empty}</RequestId></ResponseMetadata></{action}Response>"),
        "text/xml");
}
