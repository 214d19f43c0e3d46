using System.Collections.Immutable;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Tokens;
using Muster.Core.Accounts;
using Muster.Server.Authentication;
using Muster.Server.OpenApi;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Reporting;

/// <summary>The keys of instances' own tokens over HTTP: which there are, and a new one.</summary>
internal sealed partial class ReportKeyEndpoints(ReportPasses passes, ILogger<ReportKeyEndpoints> logger)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/report-keys").WithTags("Tokens");
        keys.MapGet("/", ListAsync).Requires(Role.Admin, TokenScope.Installation)
            .Says("ListReportKeys", "List the keys of instances' own tokens", "Oldest first, without the keys themselves.").Fails(403);
        keys.MapPost("/", RenewAsync).Requires(Role.Admin, TokenScope.Installation)
            .Says(
                "RenewReportKey",
                "Make a new key for instances' own tokens",
                "Who is launched from two minutes on gets tokens of it. The older keys go on proving those of who lives, unless `retire` "
                + "ends them and all their tokens.")
            .Takes<ReportKeyInput>(isOptional: true).Fails(400, 403, 413, 415);
    }

    private async Task<Ok<PageView<ReportKeyView>>> ListAsync(CancellationToken cancellationToken) =>
        TypedResults.Ok(View(await passes.ListAsync(cancellationToken)));

    private async Task<Ok<PageView<ReportKeyView>>> RenewAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadIfAnyAsync(http.Request, ApiJson.Default.ReportKeyInput, cancellationToken);
        try
        {
            var keys = await passes.RenewAsync(input?.Retire is true, CancellationToken.None);
            LogRenewed(keys[^1].Number, keys.Length, http.Caller().Author);
            return TypedResults.Ok(View(keys));
        }
        catch (SealException error)
        {
            throw new ProblemException(ProblemKinds.StoreUnusable, $"the new key cannot be sealed: {error.Message}");
        }
    }

    private static PageView<ReportKeyView> View(ImmutableArray<ReportKey> keys) =>
        new() { Items = [.. keys.Select(key => new ReportKeyView { Number = key.Number, Since = key.Since })] };

    [LoggerMessage(
        1203, LogLevel.Information, "Key {Number} of instances' tokens made by {Author}; tokens of {Keys} keys are good")]
    private partial void LogRenewed(int number, int keys, string author);
}
