using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Rules;

namespace Muster.Storage.Tests.Rules;

public sealed class GroupRuleTests
{
    private static readonly Some A = new();
    private static readonly Template Template = A.Template(new(A.Id()));
    private static readonly Group Group = A.Group(Template);

    [Fact]
    public void A_new_group_needs_its_account_a_living_template_of_it_and_a_free_name()
    {
        Assert.Same(Template, GroupRule.Add(Group, isAccountKnown: true, _ => Template, isNameTaken: false));

        Assert.Equal(
            StoreErrorKind.NotFound, Refused(() => GroupRule.Add(Group, isAccountKnown: false, _ => Template, isNameTaken: false)));
        Assert.Equal(StoreErrorKind.NotFound, Refused(() => GroupRule.Add(
            Group, isAccountKnown: true, _ => null, isNameTaken: false)));
        Assert.Equal(StoreErrorKind.NotFound, Refused(() => GroupRule.Add(
            Group, isAccountKnown: true, _ => Template with { ArchivedAt = Some.Start }, isNameTaken: false)));
        Assert.Equal(StoreErrorKind.NotFound, Refused(() => GroupRule.Add(
            Group, isAccountKnown: true, _ => Template with { Account = new(A.Id()) }, isNameTaken: false)));
        Assert.Equal(StoreErrorKind.Duplicate, Refused(() => GroupRule.Add(Group, isAccountKnown: true, _ => Template, isNameTaken: true)));
    }

    [Fact]
    public void A_change_is_made_against_the_version_before_of_a_living_group_of_the_account()
    {
        var changed = Group with { Version = Group.Version + 1 };
        Assert.Same(Group, GroupRule.EnsureCurrent(Group, changed));

        Assert.Equal(StoreErrorKind.Stale, Refused(() => GroupRule.EnsureCurrent(changed, changed)));
        Assert.Equal(StoreErrorKind.NotFound, Refused(() => GroupRule.EnsureCurrent(current: null, changed)));
        Assert.Equal(StoreErrorKind.NotFound, Refused(() => GroupRule.EnsureCurrent(Group with { ArchivedAt = Some.Start }, changed)));
        Assert.Equal(StoreErrorKind.NotFound, Refused(() => GroupRule.EnsureCurrent(Group with { Account = new(A.Id()) }, changed)));
    }

    [Fact]
    public void A_group_keeps_a_template_that_was_archived_and_the_name_that_it_has()
    {
        var archived = Template with { ArchivedAt = Some.Start };
        Assert.Same(archived, GroupRule.Change(Group, Group, _ => archived, isNameTaken: true));

        Assert.Equal(StoreErrorKind.Duplicate, Refused(() => GroupRule.Change(
            Group, Group with { Name = "other" }, _ => Template, isNameTaken: true)));
        var other = archived with { Id = new(A.Id()) };
        Assert.Equal(StoreErrorKind.NotFound, Refused(() => GroupRule.Change(
            Group, Group with { Template = other.Id, Revision = 2 }, _ => other, isNameTaken: false)));
    }

    [Fact]
    public void A_group_keeps_the_archived_templates_of_its_placements_and_gets_none_anew()
    {
        var archived = A.Template(Template.Account) with { ArchivedAt = Some.Start };
        var spread = Group with { Layout = Some.Layout(Template, archived) };
        Template? Find(TemplateId id) => id == Template.Id ? Template : archived;

        Assert.Same(
            Template, GroupRule.Change(spread, spread with { Layout = Some.Layout(Template), Revision = 2 }, Find, isNameTaken: false));
        Assert.Same(
            archived,
            GroupRule.Change(spread, spread with { Template = archived.Id, Layout = null, Revision = 2 }, Find, isNameTaken: false));
        Assert.Equal(StoreErrorKind.NotFound, Refused(
            () => GroupRule.Change(Group, spread with { Revision = 2 }, Find, isNameTaken: false)));
    }

    private static StoreErrorKind Refused(Func<object> judge) => Assert.Throws<StoreException>(judge).Kind;
}
