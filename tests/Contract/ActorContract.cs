using Signalbox.Contract.Harness;
using Signalbox.Core.Containers;
using Signalbox.Core.Events;
using Signalbox.Core.Ports;
using Signalbox.Core.Visitors;
using Signalbox.Core.Workspaces;

namespace Signalbox.Contract;

/// <summary>What actors may rely on, and what those who call them may, on every engine.</summary>
public abstract class ActorContract(StartEngine start)
{
    [Fact]
    public async Task Between_two_awaits_an_actor_is_alone_and_while_one_call_waits_others_get_in()
    {
        const int callers = 30;
        await using var shop = await Shop.Open(start);
        await shop.Accept([.. Enumerable.Range(0, callers).Select(caller => $"known {caller}")]);

        // Each call asks the journal about its known id, still inside its turn; none gets an answer before all have asked.
        var (inside, overlaps, asked) = (0, 0, 0);
        var allHaveAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shop.Journal.Before = operation =>
        {
            // The destination's actor reads as well, in turns of its own.
            if (operation != nameof(IJournalStore.FindHeaders)) return Task.CompletedTask;
            if (Interlocked.Exchange(ref inside, 1) == 1) Interlocked.Increment(ref overlaps);
            // Long enough for another thread to come in, if it could.
            Thread.Sleep(5);
            Volatile.Write(ref inside, 0);
            if (Interlocked.Increment(ref asked) == callers) allHaveAsked.SetResult();
            return allHaveAsked.Task;
        };
        var calls = Enumerable.Range(0, callers).Select(caller => Task.Run(() => shop.AcceptAt(shop.Engine.Doors[caller % shop.Engine.Doors.Count], $"known {caller}")));
        var answers = await Task.WhenAll(calls);

        Assert.Equal(0, overlaps);
        Assert.All(answers, answer => Assert.Equal(AcceptStatus.Duplicate, answer.Single().Status));
    }

    [Fact]
    public async Task Answers_come_back_whole_and_in_order_whatever_process_asks()
    {
        await using var shop = await Shop.Open(start);
        foreach (var door in shop.Engine.Doors)
        {
            var name = $"{shop.Engine.Doors.ToList().IndexOf(door)}";
            var first = await shop.AcceptAt(door, $"{name}-a", $"{name}-b", $"{name}-a");
            await shop.Time.Pass(TimeSpan.FromSeconds(1.5));
            var again = await shop.AcceptAt(door, $"{name}-b");

            Assert.Equal([AcceptStatus.Accepted, AcceptStatus.Accepted, AcceptStatus.Duplicate], first.Select(answer => answer.Status));
            Assert.Equal(first[0].Id, first[2].Id);
            Assert.NotEqual(first[0].Id, first[1].Id);
            Assert.Equal(first[1] with { Status = AcceptStatus.Duplicate }, again.Single());
            Assert.Empty(await shop.AcceptAt(door));
        }
    }

    [Fact]
    public async Task Events_arrive_in_the_journal_byte_by_byte_whatever_process_hands_them_over()
    {
        await using var shop = await Shop.Open(start);
        var sent = new List<NewEvent>();
        foreach (var (index, door) in shop.Engine.Doors.Index())
        {
            var e = new ConversionEvent { EventId = $"order-{index}", Name = "purchase", SentName = "Größe", Dialect = "test", Time = shop.Time.GetUtcNow() };
            e.Properties = System.Text.Encoding.UTF8.GetBytes($$"""{"note":"{{new string('ü', 50_000)}}"}""");
            var bytes = EventCodec.Encode(e);
            var route = new Route(shop.Destination.Number, RouteDecision.Queued);
            sent.Add(new NewEvent(new EventHeader(EventIds.Digest(shop.Container.DigestKey, e.EventId), true, -1, [route, new Route(77, RouteDecision.Filtered)]), bytes));
            await Shop.InTime(door.Container(shop.Container.Number).Accept([sent[^1]]));
        }
        var records = await shop.Stores.Journal.Read(shop.Container.Number, 0, int.MaxValue);
        Assert.Equal(sent.Select(e => Convert.ToHexString(RecordCodec.Encode([(e.Header, e.Bytes.Length)]))), records.Select(record => Convert.ToHexString(record.Headers.Span)));
        Assert.All(sent.Zip(records), pair => Assert.True(pair.First.Bytes.Span.SequenceEqual(pair.Second.Body.Span)));
    }

    [Fact]
    public async Task Expected_failures_are_answers_and_not_exceptions()
    {
        await using var shop = await Shop.Open(start);
        var touch = new VisitorTouch(shop.Time.GetUtcNow(), new Dictionary<Identifier, string> { [Identifier.Fbp] = "fb.1.1.1" }, null, null);

        await shop.Accept("known");
        shop.Journal.Before = operation => operation == nameof(IJournalStore.Append) ? Task.CompletedTask : throw new StoreUnavailableException("away");
        foreach (var door in shop.Engine.Doors) Assert.Equal(AcceptStatus.Unavailable, (await shop.AcceptAt(door, "known")).Single().Status);
        shop.Journal.Before = _ => Task.CompletedTask;

        shop.IsFull = true;
        foreach (var door in shop.Engine.Doors)
        {
            Assert.Equal([AcceptStatus.Unavailable, AcceptStatus.Unavailable], (await shop.AcceptAt(door, "one", "two")).Select(answer => answer.Status));
            Assert.Null(await Shop.InTime(door.Visitor(new VisitorKey(shop.Container.Number, "v")).Merge(touch)));
        }
        shop.IsFull = false;

        foreach (var door in shop.Engine.Doors) Assert.False(await Shop.InTime(door.Destination(shop.Destination with { Number = 99 }).Preserve(shop.Time.GetUtcNow())));
        Assert.Equal(AcceptStatus.Accepted, (await shop.Accept("one")).Single().Status);
    }

    [Fact]
    public async Task A_caller_that_gives_up_ends_its_own_wait_and_nothing_else()
    {
        await using var shop = await Shop.Open(start);
        await shop.Accept("before");
        foreach (var (index, actors) in shop.Engine.Doors.Index())
        {
            var hasBegun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            shop.Journal.Before = _ =>
            {
                hasBegun.TrySetResult();
                return mayEnd.Task;
            };
            var door = new Door(actors, shop.Stores.Visitors, shop.Time, lost => Assert.Fail($"a call was lost: {lost}"));
            using var patience = new CancellationTokenSource();
            var e = new ConversionEvent { EventId = $"order-{index}", Name = "purchase", SentName = "Purchase", Dialect = "test", Time = shop.Time.GetUtcNow() };
            var answer = door.Accept(shop.Container, [e], patience.Token);
            await Shop.InTime(hasBegun.Task);
            patience.Cancel();
            Assert.Equal(AcceptStatus.Unavailable, (await Shop.InTime(answer)).Single().Acceptance.Status);

            mayEnd.SetResult();
            shop.Journal.Before = _ => Task.CompletedTask;
            Assert.Equal(AcceptStatus.Duplicate, (await Shop.InTime(door.Accept(shop.Container, [e], CancellationToken.None))).Single().Acceptance.Status);
        }
    }

    [Theory]
    [InlineData("v-1")]
    [InlineData("1/2")]
    [InlineData("/")]
    [InlineData(" ")]
    [InlineData("..\\%2F+?#\0\n")]
    [InlineData("Größe 漢字 🚂")]
    [InlineData("long")]
    public async Task A_visitor_id_may_hold_any_character_and_names_one_visitor_from_every_process(string id)
    {
        if (id == "long") id = new string('/', 128);
        await using var shop = await Shop.Open(start);
        var kinds = new[] { Identifier.Fbp, Identifier.Gclid, Identifier.Ttclid };
        var touches = kinds.Select((kind, index) =>
        {
            var touch = new VisitorTouch(shop.Time.GetUtcNow(), new Dictionary<Identifier, string> { [kind] = $"value {index}" }, $"https://shop.example/{index}", null);
            return shop.Engine.Doors[index % shop.Engine.Doors.Count].Visitor(new VisitorKey(shop.Container.Number, id)).Merge(touch);
        });
        var records = await Shop.InTime(Task.WhenAll(touches));

        var row = (await shop.Stores.Visitors.Read([new VisitorKey(shop.Container.Number, id)])).Single();
        Assert.Equal(kinds.Order(), VisitorRecord.FromBytes(row!.Record).Identifiers.Keys);
        Assert.All(records, record => Assert.Equal(shop.Time.GetUtcNow(), record!.LastSeen));
        Assert.Contains(records, record => record!.Identifiers.Count == kinds.Length);
    }

    [Fact]
    public async Task A_workspaces_minute_is_one_number_for_all_processes()
    {
        await using var shop = await Shop.Open(start);
        const int limit = 100;
        var granted = new List<QuotaGrant>();
        for (var call = 0; call < 60; call++) granted.Add(await Shop.InTime(shop.Engine.Doors[call % shop.Engine.Doors.Count].Workspace("acme").Grant(limit, 2, 0)));
        Assert.Equal(limit, granted.Sum(grant => grant.Count));
        Assert.Equal([0, 2, 4], granted.Select(grant => grant.Remaining).Distinct().Order().Take(3));
        Assert.Equal(limit, (await Shop.InTime(shop.Engine.Doors[^1].Workspace("globex").Grant(limit, limit, 0))).Count);
    }

    [Fact]
    public async Task I2_two_activations_of_one_container_accept_each_id_once()
    {
        await using var shop = await Shop.Open(start);
        var engines = new[] { shop.Engine, await shop.StartOneMore() };
        var ids = Enumerable.Range(0, 60).Select(number => $"order-{number}").ToList();

        async Task<Acceptance> Send(IEngine engine, string id)
        {
            while (true)
            {
                var answer = (await shop.AcceptAt(engine.Doors[0], id)).Single();
                if (answer.Status != AcceptStatus.Unavailable) return answer;
            }
        }

        var answers = await Task.WhenAll(ids.SelectMany(id => engines.Select(engine => Task.Run(() => Send(engine, id)))));

        foreach (var (id, both) in ids.Zip(answers.Chunk(engines.Length)))
        {
            Assert.Equal([AcceptStatus.Accepted, AcceptStatus.Duplicate], both.Select(answer => answer.Status).Order());
            Assert.Single(both.Select(answer => answer.Id).Distinct());
        }
        Assert.Equal(ids.Count, (await shop.Stores.Journal.ReadHead(shop.Container.Number)).Seq);
    }
}
