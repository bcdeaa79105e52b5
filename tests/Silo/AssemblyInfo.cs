// Clusters keep a machine busy, and some of the tests measure time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
