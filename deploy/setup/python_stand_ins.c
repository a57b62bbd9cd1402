/* The grammars come from Python wheels. Such a module keeps its tree_sitter_X function to itself and hands the language
   out through three functions of the Python interpreter. These stand in for them, so that a process without Python can
   load the module and get the language. They are part of the core library because that one is opened first and with
   global visibility, whatever the way the program itself was linked. The signatures are fixed by Python's stable ABI. */

#define EXPORTED __attribute__((visibility("default")))

EXPORTED void *PyModuleDef_Init(void *definition) { return definition; }

EXPORTED void *PyModule_Create2(void *definition, int version) {
    (void)version;
    return definition;
}

/* A module's "language" method returns what this returns: the language itself instead of an object around it. */
EXPORTED void *PyCapsule_New(void *pointer, const char *name, void *destructor) {
    (void)name;
    (void)destructor;
    return pointer;
}
