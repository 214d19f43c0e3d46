using System.Collections.Immutable;
using System.Text.Json;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Templates;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Server.Authentication;
using Muster.Server.Finders;
using Muster.Server.Instances;
using Muster.Server.OpenApi;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Templates;

/// <summary>Templates over HTTP.</summary>
internal sealed class TemplateEndpoints(
    ITemplateStore store, TemplateFinder finder, ICloudDirectory clouds, TimeProvider timeProvider, IRandomSource random)
{
    private const string Kind = "template";

    public void Map(IEndpointRouteBuilder api)
    {
        var templates = api.MapGroup("/templates").WithTags("Templates");
        templates.MapPost("/", CreateAsync).Requires(Role.Operate)
            .Says("CreateTemplate", "Make a template", "Its cloud checks image, size and networks first, unless `check=false`.")
            .Takes<TemplateInput>().Takes(TakenHeader.IdempotencyKey).Fails(400, 403, 409, 413, 415, 422, 502);
        templates.MapPost("/check", CheckAsync)
            .Says("CheckTemplate", "Ask the cloud about a template", "Nothing is kept.")
            .Takes<TemplateInput>().Fails(400, 413, 415, 502);
        templates.MapGet("/", ListAsync)
            .Says("ListTemplates", "List templates", "By name, then id.").Fails(400);
        templates.MapGet("/{id}", ShowAsync)
            .Says("ShowTemplate", "Show a template", "By id, or a living one by name.").Fails(404);
        templates.MapDelete("/{id}", ArchiveAsync).Requires(Role.Operate)
            .Says(
                "ArchiveTemplate",
                "Archive a template",
                "It starts no new group, and its name is free again. A second time changes nothing.")
            .Fails(403, 404, 409);
    }

    private async Task<Created<TemplateView>> CreateAsync(HttpContext http, string? check, CancellationToken cancellationToken)
    {
        var account = http.Caller().Account;
        var key = IdempotencyKey.Of(http.Request);
        var asksCloud = Query.Flag("check", check, otherwise: true);
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.TemplateInput, cancellationToken);
        var id = new TemplateId(key?.IdFor(account, Kind) ?? random.NextId());
        var template = NewTemplate.Of(input, id, account, timeProvider.GetUtcNow());
        if (key is not null && await store.FindTemplateAsync(id, cancellationToken) is { } made)
        {
            return Replayed(http, key, made, template);
        }

        var cloud = CheckRules(template);
        if (asksCloud)
        {
            await CheckWithCloudAsync(cloud, template, cancellationToken);
        }

        bool isNew;
        try
        {
            isNew = await store.AddTemplateAsync(template, cancellationToken);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
        {
            throw ProblemException.DuplicateName(Kind, template.Name);
        }

        // Two requests with one key may have come at once: the store kept the first, and says of which it was.
        return !isNew && key is not null && await store.FindTemplateAsync(id, CancellationToken.None) is { } kept
            ? Replayed(http, key, kept, template)
            : Created(template);
    }

    private async Task<Ok<TemplateCheckView>> CheckAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var input = await JsonBody.ReadAsync(http.Request, ApiJson.Default.TemplateInput, cancellationToken);
        var template = NewTemplate.Of(input, new(random.NextId()), http.Caller().Account, timeProvider.GetUtcNow());
        var cloud = CheckRules(template);
        Listing.RefuseWhenSilent(cloud);
        return TypedResults.Ok(TemplateViews.View(await cloud.Cloud.CheckAsync(template, cancellationToken)));
    }

    private async Task<Ok<PageView<TemplateView>>> ListAsync(
        HttpContext http, string? limit, string? cursor, string? include_archived, CancellationToken cancellationToken)
    {
        var page = await store.ListTemplatesAsync(
            http.Caller().Account, Query.Page(limit, cursor),
            Query.Flag("include_archived", include_archived, otherwise: false), cancellationToken);
        return TypedResults.Ok(new PageView<TemplateView>
        {
            Items = [.. page.Items.Select(TemplateViews.View)],
            NextCursor = page.NextCursor,
        });
    }

    private async Task<Ok<TemplateView>> ShowAsync(HttpContext http, string id, CancellationToken cancellationToken) =>
        TypedResults.Ok(TemplateViews.View(await finder.GetAsync(http.Caller().Account, id, cancellationToken)));

    private async Task<Ok<TemplateView>> ArchiveAsync(HttpContext http, string id, CancellationToken cancellationToken)
    {
        var template = await finder.GetAsync(http.Caller().Account, id, cancellationToken);
        return TypedResults.Ok(TemplateViews.View(
            await store.ArchiveTemplateAsync(template.Id, timeProvider.GetUtcNow(), cancellationToken)));
    }

    /// <returns>The template's cloud.</returns>
    private CloudEntry CheckRules(Template template)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        TemplateRules.Check(template, errors);
        var cloud = clouds.Find(template.Account, template.Cloud);
        WrongReference? wrong = null;
        if (cloud is null && EntityName.IsValid(template.Cloud))
        {
            var configured = string.Join(", ", clouds.EntriesOf(template.Account).Select(entry => entry.Name));
            wrong = new(ProblemKinds.UnknownCloud, new(
                "cloud",
                template.Cloud,
                configured.Length == 0 ? "a configured cloud, and none is configured" : $"one of the configured clouds: {configured}"));
            errors.Add(wrong.Error);
        }

        if (wrong is not null && errors.Count == 1)
        {
            throw wrong.ToException();
        }

        InputException.ThrowIfAny(errors);
        return cloud ?? throw new InvalidOperationException("a cloud that was not found is among the errors");
    }

    private static async Task CheckWithCloudAsync(CloudEntry cloud, Template template, CancellationToken cancellationToken)
    {
        Listing.RefuseWhenSilent(cloud);
        var check = await cloud.Cloud.CheckAsync(template, cancellationToken);
        if (!check.IsGood)
        {
            var errors = check.Findings
                .Where(finding => !finding.IsGood)
                .Select(finding => RefusedField.Of(template, finding))
                .ToImmutableArray();
            throw new ProblemException(ProblemKinds.TemplateRefused, string.Join("; ", errors), errors);
        }
    }

    private static Created<TemplateView> Created(Template template) =>
        TypedResults.Created($"/v1/templates/{template.Id}", TemplateViews.View(template));

    private static Created<TemplateView> Replayed(HttpContext http, IdempotencyKey key, Template made, Template asked)
    {
        if (!IsSame(made, asked))
        {
            throw Reused(key);
        }

        IdempotencyKey.MarkReplayed(http.Response);
        return Created(made);
    }

    private static ProblemException Reused(IdempotencyKey key) => ProblemException.Said(
        ProblemKinds.IdempotencyKeyReused, $"another template was made with the {IdempotencyKey.Header} '{key.Key}': use a fresh key",
        IdempotencyKey.Header, key.Key, "a fresh key: another template was made with this one");

    /// <summary>Whether two templates say the same. Compared as they are written, since records compare their lists by reference.</summary>
    private static bool IsSame(Template made, Template asked) =>
        Written(made).AsSpan().SequenceEqual(Written(asked with { Id = made.Id, CreatedAt = made.CreatedAt }));

    private static byte[] Written(Template template) =>
        JsonSerializer.SerializeToUtf8Bytes(TemplateViews.View(template with { ArchivedAt = null }), ApiJson.Default.TemplateView);
}
