using System.Diagnostics;

namespace Signalbox.Core.Containers;

/// <summary>The events of one call on their way into the journal: together or not at all, each with its own answer.</summary>
internal sealed class Submission
{
    private readonly TaskCompletionSource<IReadOnlyList<Acceptance>> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Acceptance[] answers;
    private int unanswered;

    /// <param name="trace">The call's span; none by default.</param>
    public Submission(IReadOnlyList<NewEvent> events, ActivityContext trace)
    {
        Trace = trace;
        Entries = new Entry[events.Count];
        for (var index = 0; index < events.Count; index++) Entries[index] = new Entry(this, index, events[index]);
        answers = new Acceptance[events.Count];
        unanswered = events.Count;
        Bytes = events.Sum(e => (long)e.Bytes.Length);
        if (unanswered == 0) answered.SetResult(answers);
    }

    public ActivityContext Trace { get; }

    public Entry[] Entries { get; }

    public long Bytes { get; }

    public Task<IReadOnlyList<Acceptance>> Answered => answered.Task;

    /// <summary>Ends the call with a bug instead of answers; whether its events were accepted is unknown.</summary>
    public void Fail(Exception bug) => answered.TrySetException(bug);

    /// <summary>One event of a submission, and those of the same id that wait for what becomes of it.</summary>
    internal sealed class Entry(Submission owner, int index, NewEvent e)
    {
        private List<Entry>? followers;

        public NewEvent Event => e;

        public ActivityContext Trace => owner.Trace;

        public bool IsAnswered { get; private set; }

        /// <summary>Set while another entry of the same id is on its way: that one's fate answers this one.</summary>
        public bool IsFollower { get; private set; }

        public void Follow(Entry first)
        {
            IsFollower = true;
            (first.followers ??= []).Add(this);
        }

        /// <summary>Answers the event and its followers: what was accepted makes them duplicates.</summary>
        public void Answer(Acceptance answer)
        {
            IsAnswered = true;
            owner.answers[index] = answer;
            if (--owner.unanswered == 0) owner.answered.TrySetResult(owner.answers);
            if (followers is null) return;
            var forFollowers = answer.Status == AcceptStatus.Accepted ? answer with { Status = AcceptStatus.Duplicate } : answer;
            foreach (var follower in followers) follower.Answer(forFollowers);
        }
    }
}
