// A cluster keeps a machine busy, and the test measures time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
