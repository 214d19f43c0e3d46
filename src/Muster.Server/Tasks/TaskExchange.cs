using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Tasks;

/// <summary>Reads and answers requests of the protocol: its version, bodies and failures.</summary>
internal static class TaskExchange
{
    /// <summary>Deeper than any message of the protocol.</summary>
    private const int DepthMax = 32;

    /// <exception cref="ProblemException">The other end speaks another version.</exception>
    public static void EnsureVersion(HttpRequest request)
    {
        var version = request.Headers[RemoteProtocol.VersionHeader].ToString();
        if (version != RemoteProtocol.Version)
        {
            throw ProblemException.About(
                ProblemKinds.MalformedHeader, RemoteProtocol.VersionHeader, version.Length == 0 ? null : version,
                $"{RemoteProtocol.Version}: the version of the protocol that this server speaks; have the same muster on both ends");
        }
    }

    /// <summary>
    /// Makes sure that nobody on the way can read the answer: it came over TLS, or from this machine, and a proxy on this machine does not
    /// say that it got it in clear.
    /// </summary>
    /// <exception cref="ProblemException">Somebody could.</exception>
    public static void EnsureSecret(HttpContext http)
    {
        var forwarded = http.Request.Headers["X-Forwarded-Proto"].ToString();
        var isHere = http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer);
        if (!http.Request.IsHttps && !(isHere && forwarded is "" or "https"))
        {
            throw new ProblemException(ProblemKinds.Readable,
                "a cloud's credential is handed out over https or on this machine only: "
                + "let the task call a proxy with TLS that runs beside the server");
        }
    }

    /// <exception cref="ProblemException">The body is none of the protocol's.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var body = await RequestBytes.ReadAsync(request, cancellationToken);
        try
        {
            JsonText.Ensure(body.Span, DepthMax);
            return JsonSerializer.Deserialize(body.Span, type) ?? throw new JsonException("the body is null");
        }
        catch (JsonException error)
        {
            throw new ProblemException(
                ProblemKinds.MalformedJson, $"the body is not what this version of the protocol says: {error.Message}");
        }
    }

    /// <summary>Answers; nothing in between may keep it.</summary>
    public static IResult Answer<T>(HttpContext http, T answer, JsonTypeInfo<T> type)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(answer, type);
    }

    /// <summary>Runs a write; the store's words for leases become the protocol's.</summary>
    public static async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Fenced)
        {
            throw new ProblemException(ProblemKinds.LeaseLost, error.Message);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
        {
            throw new InputException("record.activities.id", null, $"ids of their own: {error.Message}");
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Paused)
        {
            throw new ProblemException(ProblemKinds.Paused, error.Message);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.NotFound)
        {
            throw new ProblemException(ProblemKinds.GroupNotFound, error.Message);
        }
    }
}
