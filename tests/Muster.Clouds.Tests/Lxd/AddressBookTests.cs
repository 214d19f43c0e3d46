using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Lxd;
using Muster.Clouds.Lxd.Wire;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Lxd;

public sealed class AddressBookTests
{
    private static readonly InstanceFilter All = new(Requests.Installation);
    private static readonly InstanceFilter OfGroup = All with { Group = Requests.Group };

    private readonly FakeTimeProvider _timeProvider = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly AddressBook _book;

    public AddressBookTests() => _book = new AddressBook(_timeProvider);

    [Fact]
    public void The_first_listing_of_all_asks_and_then_one_every_five_minutes()
    {
        Assert.True(_book.IsAskDue(All));
        var web = Make("web", "10.0.0.7");
        _timeProvider.Advance(TimeSpan.FromHours(1));
        _book.Note(All, [web], areAsked: true);

        Assert.False(_book.IsAskDue(All));
        _timeProvider.Advance(TimeSpan.FromMinutes(5));
        Assert.True(_book.IsAskDue(All));
        Assert.False(_book.IsAskDue(OfGroup));
    }

    [Fact]
    public void What_was_seen_is_known_until_the_instance_starts_anew()
    {
        var web = Make("web", "10.0.0.7");
        _book.Note(All, [web], areAsked: true);

        Assert.Equal(["10.0.0.7"], _book.Of(web with { State = null }));
        Assert.Empty(_book.Of(web with { State = null, LastUsedAt = _timeProvider.GetUtcNow().AddSeconds(1) }));
    }

    [Fact]
    public void One_account_s_listing_does_not_answer_for_another_s()
    {
        var others = All with { Account = new AccountId(Guid.AllBitsSet) };
        _book.Note(All, [], areAsked: true);

        Assert.True(_book.IsAskDue(others));
        Assert.False(_book.IsAskDue(All));
    }

    [Fact]
    public void One_that_has_no_address_yet_is_asked_for_at_the_next_listing_and_at_twice_its_age()
    {
        _book.Note(All, [], areAsked: true);
        var web = Make("web");
        _timeProvider.Advance(TimeSpan.FromSeconds(4));

        _book.Note(OfGroup, [web with { State = null }], areAsked: false);
        Assert.True(_book.IsAskDue(OfGroup));
        _book.Note(OfGroup, [web], areAsked: true);
        Assert.False(_book.IsAskDue(OfGroup));
        _timeProvider.Advance(TimeSpan.FromSeconds(4));
        Assert.True(_book.IsAskDue(OfGroup));

        _book.Note(OfGroup, [web with { State = Addresses("10.0.0.7") }], areAsked: true);
        Assert.False(_book.IsAskDue(OfGroup));
        Assert.Equal(["10.0.0.7"], _book.Of(web));
    }

    [Fact]
    public void Nothing_is_asked_for_that_has_no_network_or_has_had_a_minute()
    {
        _book.Note(All, [], areAsked: true);

        _book.Note(OfGroup, [Make("lonely") with { ExpandedDevices = [] }, Make("stopped") with { Status = "Stopped" }], areAsked: false);
        Assert.False(_book.IsAskDue(OfGroup));

        _book.Note(OfGroup, [Make("web") with { State = null }], areAsked: false);
        _timeProvider.Advance(TimeSpan.FromSeconds(61));
        Assert.False(_book.IsAskDue(OfGroup));
    }

    private static LxdInstanceState Addresses(params string[] addresses) => new()
    {
        Network = new()
        {
            ["eth0"] = new() { Addresses = [.. addresses.Select(address => new LxdAddress { Address = address, Scope = "global" })] },
        },
    };

    private LxdInstance Make(string name, params string[] addresses) => new()
    {
        Name = name,
        Status = "Running",
        LastUsedAt = _timeProvider.GetUtcNow(),
        ExpandedDevices = new() { ["eth0"] = new() { ["type"] = "nic" } },
        State = Addresses(addresses),
    };
}
