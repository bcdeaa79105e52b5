using Signalbox.Core.Destinations;
using Signalbox.Core.Ports;
using Signalbox.Storage.Tests.Harness;

namespace Signalbox.Storage.Tests.Contracts;

public sealed class MemoryRegistrations : RegistryContract<MemoryHarness>;

public sealed class SqliteRegistrations : RegistryContract<SqliteHarness>;

public sealed class PostgresRegistrations : RegistryContract<PostgresHarness>;

public abstract class RegistryContract<THarness> : IDisposable
    where THarness : IStorageHarness, new()
{
    private readonly THarness storage = new();
    private readonly Dictionary<int, long> heads = [];
    private byte keys;

    public void Dispose() => storage.Dispose();

    [ContractFact]
    public async Task Numbers_and_keys_are_kept_over_registrations_and_restarts()
    {
        var first = await Register(("shop", ["meta", "hook"]), ("blog", ["hook"]));
        storage.Reopen();
        var second = await Register(("blog", ["hook"]), ("shop", ["hook", "meta"]));

        Assert.Empty(await Unsettled());
        foreach (var id in new[] { "shop", "blog" })
        {
            Assert.Equal(first.Containers[id].Number, second.Containers[id].Number);
            Assert.Equal(first.Containers[id].DigestKey, second.Containers[id].DigestKey);
            Assert.Equivalent(first.Containers[id].Destinations, second.Containers[id].Destinations, strict: true);
        }
        Assert.NotEqual(first.Containers["shop"].Number, first.Containers["blog"].Number);
        Assert.NotEqual(first.Containers["shop"].DigestKey, first.Containers["blog"].DigestKey);
        Assert.NotEqual(first.Containers["shop"].Destinations["meta"], first.Containers["shop"].Destinations["hook"]);
    }

    [ContractFact]
    public async Task A_new_destination_starts_at_its_containers_head()
    {
        var first = await Register(("shop", ["meta"]));
        var shop = first.Containers["shop"].Number;
        heads[shop] = 41;

        var second = await Register(("shop", ["meta", "hook"]));

        Assert.Equal(DestinationRow.New(Key(first, "shop", "meta"), 0), await Row(Key(first, "shop", "meta")));
        Assert.Equal(DestinationRow.New(Key(second, "shop", "hook"), 41), await Row(Key(second, "shop", "hook")));
    }

    [ContractFact]
    public async Task A_destination_that_is_removed_is_closed_once_and_its_row_moves_on()
    {
        var first = await Register(("shop", ["meta", "hook"]));
        var gone = Key(first, "shop", "hook");

        var second = await Register(("shop", ["meta"]));

        Assert.Equal([gone], await Unsettled());
        Assert.Equal(DestinationRow.New(gone, 0) with { Version = 2, Closed = true }, await Row(gone));
        Assert.False(second.Containers["shop"].Destinations.ContainsKey("hook"));
        await Register(("shop", ["meta"]));
        Assert.Equal(2, (await Row(gone))!.Version);
    }

    [ContractFact]
    public async Task A_destination_that_is_made_again_gets_a_new_number_and_inherits_nothing()
    {
        var first = await Register(("shop", ["meta", "hook"]));
        await Register(("shop", ["meta"]));
        storage.Reopen();
        heads[first.Containers["shop"].Number] = 9;

        var third = await Register(("shop", ["meta", "hook"]));

        Assert.NotEqual(Key(first, "shop", "hook"), Key(third, "shop", "hook"));
        Assert.NotEqual(Key(first, "shop", "meta"), Key(third, "shop", "hook"));
        Assert.Equal(DestinationRow.New(Key(third, "shop", "hook"), 9), await Row(Key(third, "shop", "hook")));
        Assert.True((await Row(Key(first, "shop", "hook")))!.Closed);
    }

    [ContractFact]
    public async Task A_container_that_is_made_again_gets_a_new_number_a_new_key_and_an_empty_journal()
    {
        var first = await Register(("shop", ["meta"]), ("blog", []));
        await storage.Stores.Journal.MustAppend(first.Containers["shop"].Number, Records.Make(1));
        var second = await Register(("blog", []));
        storage.Reopen();
        var third = await Register(("shop", ["meta"]), ("blog", []));

        Assert.Equal([Key(first, "shop", "meta")], await Unsettled());
        var number = third.Containers["shop"].Number;
        Assert.DoesNotContain(number, first.Containers.Values.Select(container => container.Number));
        Assert.NotEqual(first.Containers["shop"].DigestKey, third.Containers["shop"].DigestKey);
        Assert.Equal(0, (await storage.Stores.Journal.ReadHead(number)).Seq);
        Assert.Equal(DestinationRow.New(Key(third, "shop", "meta"), 0), await Row(Key(third, "shop", "meta")));
        Assert.Equal([Key(third, "shop", "meta")], (await storage.Stores.Destinations.ReadOpen()).Select(row => row.Key));
    }

    [ContractFact]
    public async Task Nothing_declared_closes_everything()
    {
        var first = await Register(("shop", ["meta", "hook"]), ("blog", ["hook"]));

        var last = await Register();

        Assert.Empty(last.Containers);
        Assert.Equal([Key(first, "shop", "meta"), Key(first, "shop", "hook"), Key(first, "blog", "hook")], await Unsettled());
        Assert.Empty(await storage.Stores.Destinations.ReadOpen());
    }

    [ContractFact]
    public async Task A_head_that_cannot_be_read_changes_nothing()
    {
        var first = await Register(("shop", ["meta"]));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => storage.Stores.Registry.Register(
            [new("shop", ["hook"])], _ => throw new StoreUnavailableException("no heads today"), NewKey));

        Assert.Equal([Key(first, "shop", "meta")], (await storage.Stores.Destinations.ReadOpen()).Select(row => row.Key));
        await Register(("shop", ["meta"]));
        Assert.Empty(await Unsettled());
    }

    [ContractFact]
    public async Task Registrations_at_the_same_time_give_no_number_twice()
    {
        var ids = Enumerable.Range(0, 10).Select(number => $"shop-{number}").ToList();

        var results = await Task.WhenAll(ids.Select(id => Task.Run(() => storage.Stores.Registry.Register(
            [new("all", ["meta"]), new(id, ["meta"])], _ => Task.FromResult(0L), () => new byte[16]))));

        Assert.Single(results.Select(result => result.Containers["all"].Number).Distinct());
        Assert.Equal(11, results.SelectMany(result => result.Containers.Values).Select(container => container.Number).Distinct().Count());
    }

    private async Task<IEnumerable<DestinationKey>> Unsettled() => (await storage.Stores.Destinations.ReadUnsettled()).Select(row => row.Key);

    private static DestinationKey Key(Registration registration, string container, string destination) =>
        new(registration.Containers[container].Number, registration.Containers[container].Destinations[destination]);

    private byte[] NewKey() => [.. Enumerable.Repeat(++keys, 16)];

    private Task<DestinationRow?> Row(DestinationKey key) => storage.Stores.Destinations.Read(key);

    private Task<Registration> Register(params (string Id, string[] Destinations)[] declared) => storage.Stores.Registry.Register(
        [.. declared.Select(container => new ContainerDeclaration(container.Id, container.Destinations))],
        number => Task.FromResult(heads.GetValueOrDefault(number)),
        NewKey);
}
