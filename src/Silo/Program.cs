return await Signalbox.Silo.CommandLine.Run(args);
