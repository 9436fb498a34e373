// Threads, file handles and memory are the process's: whoever counts them is alone.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
