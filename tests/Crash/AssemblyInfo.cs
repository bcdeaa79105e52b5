// Each test keeps a machine busy, and some of them measure time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
