using System.Collections.Immutable;
using System.Text.Json;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Server.Authentication;
using Muster.Triton.Errors;
using Muster.Triton.Wire;

namespace Muster.Triton.Facade;

/// <summary>Templates of the facade's cloud, as the original's.</summary>
internal sealed class TsgTemplates(IStore store, TsgFinder finder, string cloud, TsgClock clock, IRandomSource random)
{
    public async Task ListAsync(HttpContext http, Caller caller)
    {
        var templates = await finder.ListTemplatesAsync(caller.Account, http.RequestAborted);
        await TsgAnswers.WriteAsync(http, StatusCodes.Status200OK, TsgAnswers.List(templates, TsgAnswers.Write));
    }

    public async Task ShowAsync(HttpContext http, Caller caller, string id)
    {
        var template = await finder.FindTemplateAsync(caller.Account, id, http.RequestAborted) ?? throw TsgException.NotFound();
        await TsgAnswers.WriteAsync(http, StatusCodes.Status200OK, TsgAnswers.One(template, TsgAnswers.Write));
    }

    public async Task CreateAsync(HttpContext http, Caller caller)
    {
        var template = await ReadAsync(http, caller);
        TemplateRules.ThrowIfWrong(template);
        try
        {
            await store.AddTemplateAsync(template, http.RequestAborted);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.Duplicate)
        {
            throw TsgException.Conflict($"Cannot create template \"{template.Name}\", conflicts with another template.");
        }

        http.Response.Headers.Location = $"{TsgServer.Root}/templates/{template.Id}";
        await TsgAnswers.WriteAsync(http, StatusCodes.Status201Created, TsgAnswers.One(template, TsgAnswers.Write));
    }

    public async Task DeleteAsync(HttpContext http, Caller caller, string id)
    {
        var template = await finder.FindTemplateAsync(caller.Account, id, http.RequestAborted) ?? throw TsgException.NotFound();
        try
        {
            await store.ArchiveTemplateAsync(template.Id, clock.Now(), http.RequestAborted);
        }
        catch (StoreException error) when (error.Kind is StoreErrorKind.InUse)
        {
            throw TsgException.Conflict($"Cannot delete template \"{id}\" while in use, must be removed from all groups first.");
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task<Template> ReadAsync(HttpContext http, Caller caller)
    {
        try
        {
            using var body = await GoBody.ReadAsync(http.Request, http.RequestAborted);
            body.Ignore("id");
            body.IgnoreTime("created_at");
            var userData = body.Text("userdata");
            var template = new Template
            {
                Id = new(random.NextId()),
                Account = caller.Account,
                Cloud = cloud,
                Name = body.Text("template_name"),
                Size = body.Text("package"),
                Image = body.Text("image_id"),
                FirewallEnabled = body.Flag("firewall_enabled"),
                // Kept with commas between them, there: a text with a comma was two, and an empty one none.
                Networks = [.. body.Texts("networks").SelectMany(network => network.Split(',')).Where(network => network.Length > 0)],
                UserData = userData.Length > 0 ? userData : null,
                Metadata = body.Map("metadata"),
                Tags = body.Map("tags"),
                CreatedAt = clock.Now(),
            };
            return Checked(template);
        }
        catch (JsonException)
        {
            throw TsgException.Invalid(TsgTexts.UnreadableBody);
        }
    }

    private static Template Checked(Template template)
    {
        if (!TsgUuid.IsValid(template.Size!))
        {
            throw TsgException.Invalid("package must be a valid UUID");
        }

        if (!TsgUuid.IsValid(template.Image))
        {
            throw TsgException.Invalid("imageID must be a valid UUID");
        }

        return EntityName.IsValid(template.Name)
            ? template
            : throw TsgException.Invalid($"template name must be {EntityName.RuleFor(template.Name)}");
    }
}
