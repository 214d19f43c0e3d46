using System.Text.RegularExpressions;

using Muster.Simulators.Vsphere.Wire;

namespace Muster.Simulators.Vsphere.Machines;

/// <summary>Finds what a property path names: <c>runtime.powerState</c>, <c>config.extraConfig["key"].value</c>.</summary>
internal static partial class PropertyPath
{
    /// <summary>The value; null where it is unset.</summary>
    /// <param name="from">The object.</param>
    /// <param name="type">Its type.</param>
    /// <param name="path">The path.</param>
    /// <param name="isKeyed">Whether single elements of lists can be named.</param>
    /// <exception cref="VimFault">There is no such property.</exception>
    public static Value? Find(ObjectValue? from, string type, string path, bool isKeyed)
    {
        Value? at = from;
        var rest = path;
        while (rest.Length > 0)
        {
            var match = Step().Match(rest);
            if (!match.Success)
            {
                throw Unknown(path);
            }

            var field = Schema.Fields(type).FirstOrDefault(one => one.Name == match.Groups["name"].Value) ?? throw Unknown(path);
            at = (at as ObjectValue)?[field.Name];
            type = field.Type;
            var key = match.Groups["key"];
            if (key.Success)
            {
                if (!field.IsList || !isKeyed)
                {
                    throw Unknown(path);
                }

                at = (at as ListValue)?.Items.FirstOrDefault(
                    item => item is ObjectValue { } one && one["key"] is ScalarValue told && Quoted(told) == key.Value);
            }

            rest = rest[match.Length..];
            if (rest.Length > 0 && (!Schema.Knows(type) || (field.IsList && !key.Success)))
            {
                throw Unknown(path);
            }
        }

        return at;
    }

    private static string Quoted(ScalarValue key) => key.Type == "xsd:string" ? $"\"{key.Content}\"" : key.Content;

    private static VimFault Unknown(string path) => new("InvalidProperty", "", ("name", ScalarValue.Text(path)));

    [GeneratedRegex("""\A\.?(?<name>[A-Za-z][A-Za-z0-9]*)(\[(?<key>"[^"\]]*"|[0-9]+)\])?(?=\.|\z)""")]
    private static partial Regex Step();
}
