// Whether a cluster is at rest shows in the thread pool, where another one's work would look like its own.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
