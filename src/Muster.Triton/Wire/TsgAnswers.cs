using Muster.Core.Groups;
using Muster.Core.Templates;

namespace Muster.Triton.Wire;

/// <summary>Templates and groups as the original writes them, and the answers they go out in.</summary>
internal static class TsgAnswers
{
    public static Task WriteAsync(HttpContext http, int status, GoJson json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = json.Written.Length;
        return http.Response.Body.WriteAsync(json.Written, http.RequestAborted).AsTask();
    }

    public static GoJson List<T>(IEnumerable<T> items, Action<GoJson, T> write)
    {
        var json = new GoJson().Begin('[');
        foreach (var item in items)
        {
            write(json, item);
        }

        return json.End(']');
    }

    public static GoJson One<T>(T item, Action<GoJson, T> write)
    {
        var json = new GoJson();
        write(json, item);
        return json;
    }

    public static void Write(GoJson json, Template template) => json.Begin('{')
        .Text("id", template.Id.ToString())
        .Text("template_name", template.Name)
        .Text("package", template.Size ?? "")
        .Text("image_id", template.Image)
        .Flag("firewall_enabled", template.FirewallEnabled)
        // No networks were kept as one empty text between no commas.
        .Texts("networks", template.Networks.IsDefaultOrEmpty ? [""] : template.Networks)
        .Text("userdata", template.UserData ?? "")
        .Map("metadata", template.Metadata)
        .Map("tags", template.Tags)
        .Time("created_at", template.CreatedAt)
        .End('}');

    public static void Write(GoJson json, Group group) => json.Begin('{')
        .Text("id", group.Id.ToString())
        .Text("group_name", group.Name)
        .Text("template_id", group.Template.ToString())
        .Number("capacity", group.Capacity.Desired)
        .Time("created_at", group.CreatedAt)
        .Time("updated_at", group.UpdatedAt)
        .End('}');
}
