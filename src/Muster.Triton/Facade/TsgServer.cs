using System.Text;
using System.Text.Encodings.Web;

using Muster.Core.Accounts;
using Muster.Server.Authentication;
using Muster.Triton.Errors;

namespace Muster.Triton.Facade;

/// <summary>
/// Answers everything below <c>/v1/tsg</c> in the original's order: who is it, is there such a path, does it take the method.
/// </summary>
internal sealed class TsgServer(ICallers callers, TsgTemplates templates, TsgGroups groups, TsgInstances instances)
{
    public const string Root = "/v1/tsg";

    public async Task AnswerAsync(HttpContext http)
    {
        var caller = await callers.IdentifyAsync(http.Request, http.RequestAborted);
        http.SetCaller(caller);
        var path = http.Request.Path.Value!;
        var route = Find(http.Request.Method, path.TrimEnd('/')[Root.Length..].Split('/')[1..]);
        if (path.EndsWith('/'))
        {
            await RedirectAsync(http, http.Request.Path.ToUriComponent().TrimEnd('/') + http.Request.QueryString);
            return;
        }

        if (caller.Role < route.Role)
        {
            throw new TsgException(
                StatusCodes.Status403Forbidden,
                $"token '{caller.Author}' has role {RequiredRole.Word(caller.Role)}, and this needs {RequiredRole.Word(route.Role)}");
        }

        await route.Answer(http, caller);
    }

    private Route Find(string method, string[] path) => (method, path) switch
    {
        ("GET", ["templates"]) => Reads(templates.ListAsync),
        ("POST", ["templates"]) => Changes(templates.CreateAsync),
        (_, ["templates"]) => throw MethodNotAllowed(),
        ("GET", ["templates", var id]) when id.Length > 0 => Reads((http, caller) => templates.ShowAsync(http, caller, id)),
        ("DELETE", ["templates", var id]) when id.Length > 0 => Changes((http, caller) => templates.DeleteAsync(http, caller, id)),
        (_, ["templates", var id]) when id.Length > 0 => throw MethodNotAllowed(),
        ("GET", ["groups"]) => Reads(groups.ListAsync),
        ("POST", ["groups"]) => Changes(groups.CreateAsync),
        ("PUT", ["groups"]) => Changes(groups.ReplaceByNameAsync),
        (_, ["groups"]) => throw MethodNotAllowed(),
        ("GET", ["groups", var id]) when id.Length > 0 => Reads((http, caller) => groups.ShowAsync(http, caller, id)),
        ("PUT", ["groups", var id]) when id.Length > 0 => Changes((http, caller) => groups.ReplaceAsync(http, caller, id)),
        ("DELETE", ["groups", var id]) when id.Length > 0 => Changes((http, caller) => groups.DeleteAsync(http, caller, id)),
        (_, ["groups", var id]) when id.Length > 0 => throw MethodNotAllowed(),
        ("PUT", ["groups", var id, "increment"]) => Changes((http, caller) => groups.IncrementAsync(http, caller, id)),
        ("PUT", ["groups", var id, "decrement"]) => Changes((http, caller) => groups.DecrementAsync(http, caller, id)),
        ("GET", ["groups", var id, "instances"]) => Reads((http, caller) => instances.ListAsync(http, caller, id)),
        (_, ["groups", _, "increment" or "decrement" or "instances"]) => throw MethodNotAllowed(),
        _ => throw TsgException.NotFound(),
    };

    private static Route Reads(Func<HttpContext, Caller, Task> answer) => new(Role.Read, answer);

    private static Route Changes(Func<HttpContext, Caller, Task> answer) => new(Role.Operate, answer);

    // Without a body and without Allow: that is how the original's router says it.
    private static TsgException MethodNotAllowed() => new(StatusCodes.Status405MethodNotAllowed, "");

    /// <summary>As Go's http.Redirect does, with a body for GET alone.</summary>
    private static Task RedirectAsync(HttpContext http, string location)
    {
        http.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        http.Response.Headers.Location = location;
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.ContentLength = 0;
            return Task.CompletedTask;
        }

        var body = Encoding.UTF8.GetBytes($"<a href=\"{HtmlEncoder.Default.Encode(location)}\">Moved Permanently</a>.\n\n");
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private readonly record struct Route(Role Role, Func<HttpContext, Caller, Task> Answer);
}
