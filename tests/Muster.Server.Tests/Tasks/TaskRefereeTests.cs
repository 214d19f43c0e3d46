using Microsoft.Extensions.Time.Testing;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Server.Tasks;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Tasks;

public sealed class TaskRefereeTests
{
    private static readonly Some A = new();
    private static readonly Template Present = A.Template(new(A.Id()));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_launch_may_be_made_from_an_earlier_template_of_the_account_and_the_cloud()
    {
        Assert.DoesNotContain("record.launches.template", await ErrorsAsync(A.Template(Present.Account)));
        Assert.Contains("record.launches.template", await ErrorsAsync(A.Template(new(A.Id()))));
        Assert.Contains("record.launches.template", await ErrorsAsync(A.Template(Present.Account, cloud: "another")));
        Assert.Contains("record.launches.template", await ErrorsAsync(template: null));
    }

    [Fact]
    public async Task A_new_launch_of_a_group_in_several_places_may_be_made_for_any_of_its_clouds()
    {
        var (other, earlier) = (A.Template(Present.Account, cloud: "another"), A.Template(Present.Account, cloud: "before"));
        var group = A.Group(Present) with { Layout = Some.Layout(Present, other) };
        var known = new GroupRecord(group, Present, new() { Group = group.Id }, [])
        {
            PlacementTemplates = [Present, other],
            EarlierTemplates = [A.Template(Present.Account, cloud: "before")],
        };
        var templates = new OneTemplate(earlier);

        var errors = await JudgeAsync(
            templates, known, [A.Launch(group) with { Template = other.Id }, A.Launch(group) with { Template = earlier.Id }]);

        Assert.DoesNotContain("record.launches.template", errors);
        Assert.Equal([earlier.Id], templates.Asked);
    }

    [Fact]
    public async Task No_template_is_asked_for_that_is_known_to_be_the_groups_or_an_open_launchs()
    {
        var group = A.Group(Present);
        var earlier = A.Launch(group) with { Template = new(A.Id()) };
        var templates = new OneTemplate(null);

        await JudgeAsync(templates, new(group, Present, new() { Group = group.Id }, [earlier]), [earlier, A.Launch(group)]);

        Assert.Empty(templates.Asked);
    }

    private static async Task<IEnumerable<string>> ErrorsAsync(Template? template)
    {
        var group = A.Group(Present);
        var launch = A.Launch(group) with { Template = template?.Id ?? new(A.Id()) };
        var templates = new OneTemplate(template);

        var errors = await JudgeAsync(templates, new(group, Present, new() { Group = group.Id }, []), [launch]);

        Assert.Equal([launch.Template], templates.Asked);
        return errors;
    }

    private static async Task<IEnumerable<string>> JudgeAsync(OneTemplate templates, GroupRecord known, Launch[] launches)
    {
        var referee = new TaskReferee(templates, new FakeTimeProvider(Some.Start), capacityMax: 100, new ChangingPrices());
        try
        {
            await referee.EnsureAsync(
                known, Some.Check(known.Group.Id, Some.Start) with { Launches = [.. launches] }, isLeased: true, Cancel);
            return [];
        }
        catch (InputException error)
        {
            return error.Errors.Select(each => each.Field);
        }
    }

    private sealed class OneTemplate(Template? template) : ITemplateStore
    {
        public List<TemplateId> Asked { get; } = [];

        public Task<Template?> FindTemplateAsync(TemplateId id, CancellationToken cancellationToken)
        {
            Asked.Add(id);
            return Task.FromResult(template?.Id == id ? template : null);
        }

        public Task<bool> AddTemplateAsync(Template added, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Template?> FindTemplateAsync(AccountId account, string name, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Page<Template>> ListTemplatesAsync(
            AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Template> ArchiveTemplateAsync(TemplateId id, DateTimeOffset now, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
